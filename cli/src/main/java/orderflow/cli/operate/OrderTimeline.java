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
 * The way of one order, put together from what the services answer about it and from its dead
 * letters. The services' clocks need not agree: a gap may be off by as much as they are, and
 * negative. Not thread-safe.
 */
public final class OrderTimeline {
  private static final String NOTIFICATION = "notification";
  private static final String WAITING = "waiting";

  /** A confirm within that is as usual, and no event of its own. */
  private static final Duration PROMPT = Duration.ofSeconds(1);

  private final String orderId;
  private final List<Entry> entries = new ArrayList<>();
  private String status = "unknown";
  private final List<String> silent = new ArrayList<>();
  private boolean notified;
  private boolean givenUp;
  private @Nullable Entry lateConfirm;

  /**
   * Something that happened.
   *
   * @param at null when nobody wrote it down
   * @param service where
   * @param event in a word
   * @param detail for people
   */
  public record Entry(@Nullable Instant at, String service, String event, String detail) {}

  public OrderTimeline(String orderId) {
    this.orderId = orderId;
  }

  /** A part that did not say what it knows: a service, the broker, or a dead-letter queue. */
  public void addUnavailable(String part) {
    silent.add(part);
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

  /**
   * While an alarm blocks it, the broker takes late what was sent long before; the time between is
   * then nobody else's.
   */
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
    lateConfirm = new Entry(confirmed, "order", "confirmed", "by the broker, which took it late");
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
   * @param queue where it lies
   * @param replays how often it was sent back before
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
      String often = times(replay.path("number").longValue(0), "time");
      add(replay, "at", service, "replayed", "a dead letter arrived that was sent back " + often);
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

  /** Whether anybody knows the order. */
  public boolean isKnown() {
    return !entries.isEmpty();
  }

  /**
   * Whether nothing more is to come: it failed, or its user was told or given up on; and that it
   * was published is on record, which may come after all of this.
   */
  public boolean isComplete() {
    return (status.equals("failed") || notified || givenUp)
        && entries.stream().noneMatch(moment -> moment.event().equals(WAITING));
  }

  /**
   * In order of time; what nobody wrote a time down for comes last. A late confirm comes behind the
   * sending, though the broker may have passed the message on a moment before it confirmed it.
   */
  public List<Entry> entries() {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparing(Entry::at, Comparator.nullsLast(Comparator.naturalOrder())));
    if (lateConfirm != null) {
      int sending = sorted.stream().map(Entry::event).toList().indexOf("published");
      sorted.add(sending + 1, lateConfirm);
    }
    return sorted;
  }

  /** Since the moment before that has a time, where this one has one. */
  public static Optional<Duration> gap(@Nullable Entry before, Entry moment) {
    return before == null || before.at() == null || moment.at() == null
        ? Optional.empty()
        : Optional.of(Duration.between(before.at(), moment.at()));
  }

  /** For people: how the order is. */
  public String summary() {
    return orderId + ": " + status + (notified ? ", notified" : givenUp ? ", not notified" : "");
  }

  /** The contract for programs. */
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("order_id", orderId);
    json.put("status", status);
    json.put("notified", silent.contains(NOTIFICATION) ? null : notified);
    json.put("silent", List.copyOf(silent));
    List<Map<String, @Nullable Object>> events = new ArrayList<>();
    Entry before = null;
    for (Entry moment : entries()) {
      Map<String, @Nullable Object> event = new LinkedHashMap<>();
      event.put("at", moment.at() == null ? null : moment.at().toString());
      event.put("gap_ms", gap(before, moment).map(Duration::toMillis).orElse(null));
      event.put("service", moment.service());
      event.put("event", moment.event());
      event.put("detail", moment.detail());
      events.add(event);
      before = moment.at() == null ? before : moment;
    }
    json.put("events", events);
    return json;
  }
}
