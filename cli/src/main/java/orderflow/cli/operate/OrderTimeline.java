package orderflow.cli.operate;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orderflow.cli.view.Text;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The timeline of one order, from the services' records and its dead letters. Gaps between services
 * are off by as much as their clocks differ, and may be negative. Not thread-safe.
 */
public final class OrderTimeline {
  private static final String NOTIFICATION = "notification";
  private static final String WAITING = "waiting";

  /** A confirm within this time is no entry of its own. */
  private static final Duration PROMPT = Duration.ofSeconds(1);

  private final String orderId;
  private final List<Entry> entries = new ArrayList<>();
  private String status = "unknown";
  private final Map<String, List<String>> unavailable = new LinkedHashMap<>();
  private boolean notified;
  private boolean givenUp;
  private @Nullable Entry lateConfirm;

  /**
   * One event in the life of the order.
   *
   * @param at null when it was not recorded
   * @param event one word, fixed by the schema
   * @param detail human-readable
   */
  public record Entry(@Nullable Instant at, String service, String event, String detail) {}

  public OrderTimeline(String orderId) {
    this.orderId = orderId;
  }

  /**
   * @param part a service, the broker, or a dead-letter queue that could not be read
   * @param problem why, as one line
   */
  public void addUnavailable(String part, String problem) {
    unavailable.computeIfAbsent(part, _ -> new ArrayList<>()).add(problem);
  }

  /** The problems of all unavailable parts. */
  public List<String> problems() {
    return unavailable.values().stream().flatMap(List::stream).toList();
  }

  public void addOrder(JsonNode order) {
    status = order.path("status").stringValue("unknown");
    add(
        order,
        "accepted_at",
        "order",
        "accepted",
        "%s x %d for %s"
            .formatted(
                order.path("item_id").stringValue("?"),
                order.path("qty").longValue(0),
                order.path("user_id").stringValue("?")));
    if (order.path("published_at").isNull()) {
      entries.add(
          new Entry(null, "order", WAITING, "in the outbox, not confirmed by the broker yet"));
    }
    addPublication(order);
    add(order, "decided_at", "order", "learnt", "that it is " + status + reason(order));
    addReplays(order, "order");
  }

  /** Under an alarm, the broker confirms long after the publish; that gap is not a service's. */
  private void addPublication(JsonNode order) {
    Instant sent = instant(order.path("published_at").stringValue(""));
    Instant confirmed = instant(order.path("confirmed_at").stringValue(""));
    if (sent == null
        || confirmed == null
        || Duration.between(sent, confirmed).compareTo(PROMPT) <= 0) {
      add(order, "published_at", "order", "published", "and confirmed by the broker");
      return;
    }
    String late = Text.millis((double) Duration.between(sent, confirmed).toMillis());
    add(order, "published_at", "order", "published", "confirmed by the broker " + late + " later");
    lateConfirm = new Entry(confirmed, "order", "confirmed", "by the broker, late");
  }

  public void addReservation(JsonNode reservation) {
    String decided = reservation.path("status").stringValue("?");
    if (status.equals("unknown") || status.equals("accepted")) {
      status = decided;
    }
    add(
        reservation,
        "decided_at",
        "inventory",
        decided,
        deliveries(reservation) + reason(reservation));
    addReplays(reservation, "inventory");
  }

  public void addNotification(JsonNode notification) {
    String its = notification.path("status").stringValue("?");
    notified = its.equals("sent");
    givenUp = its.equals("given_up");
    add(notification, "recorded_at", NOTIFICATION, "recorded", deliveries(notification));
    addReplays(notification, NOTIFICATION);
    long attempts = notification.path("attempts").longValue(0);
    String error = notification.path("error").stringValue("");
    if (notification.path("sent_at").isString()) {
      add(notification, "sent_at", NOTIFICATION, "notified", times(attempts, "attempt"));
    } else if (attempts > 0) {
      entries.add(
          new Entry(null, NOTIFICATION, its, times(attempts, "attempt") + ", the last: " + error));
    }
  }

  /**
   * @param queue that holds it
   * @param replays how often it was replayed before
   */
  public void addDeadLetter(
      String queue,
      @Nullable String at,
      @Nullable String reason,
      @Nullable String why,
      long replays) {
    entries.add(
        new Entry(
            instant(at == null ? "" : at),
            queue,
            "dead_lettered",
            (reason == null ? "unknown" : reason)
                + (why == null ? "" : ": " + why)
                + (replays > 0 ? ", replayed " + times(replays, "time") + " before" : "")));
  }

  private void addReplays(JsonNode json, String service) {
    for (JsonNode replay : json.path("replays")) {
      String often = times(replay.path("number").longValue(0), "replay");
      add(replay, "at", service, "replayed", "dead letter received after " + often);
    }
  }

  private void add(JsonNode json, String field, String service, String event, String detail) {
    String at = json.path(field).stringValue("");
    if (!at.isEmpty()) {
      entries.add(new Entry(instant(at), service, event, detail));
    }
  }

  private static @Nullable Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static String reason(JsonNode json) {
    String reason = json.path("reason").stringValue("");
    return reason.isEmpty() ? "" : ": " + reason;
  }

  private static String deliveries(JsonNode json) {
    return "delivered " + times(json.path("deliveries").longValue(0), "time");
  }

  private static String times(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  /** Whether any part knows the order. */
  public boolean isKnown() {
    return !entries.isEmpty();
  }

  /**
   * Whether no entry can follow: the order failed, or its notification was sent or given up; and
   * its publication is recorded, which may happen last.
   */
  public boolean isComplete() {
    return (status.equals("failed") || notified || givenUp)
        && entries.stream().noneMatch(entry -> entry.event().equals(WAITING));
  }

  /** Sorted by time, those without a time last; a late confirm follows the entry published. */
  public List<Entry> entries() {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparing(Entry::at, Comparator.nullsLast(Comparator.naturalOrder())));
    if (lateConfirm != null) {
      int sending = sorted.stream().map(Entry::event).toList().indexOf("published");
      sorted.add(sending + 1, lateConfirm);
    }
    return sorted;
  }

  /** The time between two entries; empty when one has no time. */
  public static Optional<Duration> gap(@Nullable Entry before, Entry entry) {
    return before == null || before.at() == null || entry.at() == null
        ? Optional.empty()
        : Optional.of(Duration.between(before.at(), entry.at()));
  }

  /** One human-readable line. */
  public String summary() {
    return orderId + ": " + status + (notified ? ", notified" : givenUp ? ", not notified" : "");
  }

  /** By the field names of the schema. */
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("order_id", orderId);
    json.put("status", status);
    json.put("notified", unavailable.containsKey(NOTIFICATION) ? null : notified);
    json.put("silent", List.copyOf(unavailable.keySet()));
    List<Map<String, @Nullable Object>> events = new ArrayList<>();
    Entry before = null;
    for (Entry entry : entries()) {
      Map<String, @Nullable Object> event = new LinkedHashMap<>();
      event.put("at", entry.at() == null ? null : entry.at().toString());
      event.put("gap_ms", gap(before, entry).map(Duration::toMillis).orElse(null));
      event.put("service", entry.service());
      event.put("event", entry.event());
      event.put("detail", entry.detail());
      events.add(event);
      before = entry.at() == null ? before : entry;
    }
    json.put("events", events);
    return json;
  }
}
