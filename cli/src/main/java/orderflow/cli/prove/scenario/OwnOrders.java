package orderflow.cli.prove.scenario;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import orderflow.cli.client.InventoryClient.Reservation;
import orderflow.cli.client.OrderClient.PlaceResult;
import orderflow.cli.client.OrderClient.PlaceStatus;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.Deadline;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.cli.prove.scenario.Fault.AssertionResult;
import orderflow.cli.view.Text;
import orderflow.event.EventCodec;
import orderflow.event.OrderPlaced;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Orders that a fault places beside those of its scenario. Each that was accepted must have one
 * effect, with the content that was accepted first. Thread-safe.
 */
final class OwnOrders {
  private static final Duration FINAL_LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final int MOST_LISTED = 5;

  private final String prefix;
  private final Map<String, OrderPlaced> accepted = new ConcurrentSkipListMap<>();
  private volatile @Nullable HistoryWriter history;

  /**
   * @param prefix of the order ids, and of no other ids
   */
  OwnOrders(String prefix) {
    this.prefix = prefix;
  }

  void useHistory(HistoryWriter writer) {
    history = writer;
  }

  /** The time of this machine. */
  Instant now() {
    HistoryWriter writer = Objects.requireNonNull(history);
    return writer.started().plusMillis(writer.now());
  }

  String prefix() {
    return prefix;
  }

  /** The id of the nth order. */
  String id(int number) {
    return "%s%05d".formatted(prefix, number);
  }

  /** Places an order; what was accepted first must become of it. */
  PlaceResult place(TestEnvironment environment, OrderPlaced order) throws InterruptedException {
    long sent = System.nanoTime();
    PlaceResult result = environment.orders().tryPlace(order);
    if (result.status() == PlaceStatus.ACCEPTED) {
      accepted.putIfAbsent(order.orderId(), order);
    }
    HistoryWriter writer = history;
    if (writer != null) {
      boolean isAnswered = result.code() != 0;
      writer.add(
          new HistoryRecord.Request(
              writer.now(),
              ServiceName.ORDER.toString(),
              "POST",
              "/order",
              new String(EventCodec.encode(order), StandardCharsets.UTF_8),
              null,
              writer.at(sent),
              result.code(),
              isAnswered ? result.body() : null,
              isAnswered ? null : result.problem()));
    }
    return result;
  }

  /** An order that was put on the broker, and must have its effect, too. */
  void expect(OrderPlaced order) {
    accepted.putIfAbsent(order.orderId(), order);
  }

  int size() {
    return accepted.size();
  }

  /** Checks all accepted orders, once each is decided. */
  List<AssertionResult> results(TestEnvironment environment) throws InterruptedException {
    Optional<String> unlisted = Fault.unlisted(environment, ServiceName.INVENTORY);
    if (unlisted.isPresent()) {
      return List.of(
          AssertionResult.of(
              "the decisions on %s orders %s… are not compared: %s"
                  .formatted(Text.grouped(accepted.size()), prefix, unlisted.get()),
              true));
    }
    Map<String, List<Reservation>> reservations = reservations(environment);
    var limit = new Deadline(FINAL_LIMIT);
    while (reservations.size() < accepted.size() && !limit.isOver()) {
      Thread.sleep(POLL);
      reservations = reservations(environment);
    }
    List<String> wrong = new ArrayList<>();
    for (OrderPlaced order : accepted.values()) {
      List<Reservation> found = reservations.getOrDefault(order.orderId(), List.of());
      problem(order, found).ifPresent(problem -> wrong.add(order.orderId() + ": " + problem));
    }
    List<AssertionResult> results = new ArrayList<>();
    results.add(
        AssertionResult.of(
            "%s of %s orders %s… have one effect, with their content"
                .formatted(
                    Text.grouped((long) accepted.size() - wrong.size()),
                    Text.grouped(accepted.size()),
                    prefix),
            wrong.isEmpty()));
    wrong.stream()
        .sorted(Comparator.naturalOrder())
        .limit(MOST_LISTED)
        .map(AssertionResult::wrong)
        .forEach(results::add);
    return results;
  }

  private Map<String, List<Reservation>> reservations(TestEnvironment environment)
      throws InterruptedException {
    Map<String, List<Reservation>> found = new HashMap<>();
    environment
        .inventory()
        .eachReservation(
            prefix,
            "",
            row -> found.computeIfAbsent(row.orderId(), _ -> new ArrayList<>()).add(row));
    return found;
  }

  private static Optional<String> problem(OrderPlaced order, List<Reservation> found) {
    if (found.size() != 1) {
      return Optional.of(
          found.isEmpty()
              ? "lost: inventory has no reservation"
              : "inventory has %d reservations".formatted(found.size()));
    }
    long qty = found.getFirst().qty();
    return qty == order.qty()
        ? Optional.empty()
        : Optional.of("inventory reserved %d, not %d".formatted(qty, order.qty()));
  }

  /** How the order service's record differs from what was accepted; empty when it does not. */
  Optional<String> difference(TestEnvironment environment, OrderPlaced order)
      throws InterruptedException {
    if (Fault.unlisted(environment, ServiceName.ORDER).isPresent()) {
      return Optional.empty();
    }
    Optional<JsonNode> known = environment.orders().details(order.orderId());
    if (known.isEmpty()) {
      return Optional.of(order.orderId() + ": the order service does not know it");
    }
    JsonNode row = known.get();
    boolean isSame =
        row.path("item_id").stringValue("").equals(order.itemId())
            && row.path("user_id").stringValue("").equals(order.userId())
            && row.path("qty").intValue(0) == order.qty();
    return isSame
        ? Optional.empty()
        : Optional.of("%s: the order service has %s".formatted(order.orderId(), row));
  }
}
