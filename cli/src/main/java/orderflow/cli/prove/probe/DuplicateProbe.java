package orderflow.cli.prove.probe;

import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import orderflow.cli.client.InventoryClient;
import orderflow.cli.io.CliException;
import orderflow.cli.prove.check.Verdict;
import orderflow.event.OrderPlaced;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology;

/**
 * Publishes one order several times and counts its effects, which are its distinct outcome events.
 * Inventory counts the deliveries. Where it cannot be asked, or does not count, the result is based
 * on broker traffic only, says so, and requires that the broker was idle for a while.
 */
public final class DuplicateProbe {
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** The outcome event of a second effect follows closely. */
  private static final Duration LAST_EVENTS = Duration.ofMillis(500);

  private static final String APP_ID = "orderflow-replay-duplicate";

  private final RabbitBroker broker;
  private final InventoryClient inventory;
  private final Clock clock;
  private final Duration limit;

  /**
   * @param effects of the order in all; one is correct
   * @param skipped how many of the published copies had no effect, by inventory's count; with
   *     broker traffic only, those that were consumed without an outcome
   * @param remark why the result is based on broker traffic only, or is incomplete; may be empty
   */
  public record DuplicateResult(
      String orderId, int published, int effects, long skipped, String remark, boolean passed) {
    public Map<String, Object> toJson() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("order_id", orderId);
      json.put("published", published);
      json.put("effects", effects);
      json.put("skipped", skipped);
      json.put("verdict", Verdict.of(passed).wire());
      return json;
    }
  }

  /** Inventory's view of the order. */
  private sealed interface InventoryView {
    /** It cannot be asked, or does not count deliveries. */
    record Unavailable(String reason) implements InventoryView {}

    record NotFound() implements InventoryView {}

    record Found(long deliveries) implements InventoryView {}

    default long deliveries() {
      return this instanceof Found(long deliveries) ? deliveries : 0;
    }
  }

  /**
   * @param limit how long to wait until inventory has counted every copy
   */
  public DuplicateProbe(
      RabbitBroker broker, InventoryClient inventory, Clock clock, Duration limit) {
    this.broker = broker;
    this.inventory = inventory;
    this.clock = clock;
    this.limit = limit;
  }

  /**
   * @param order a new one, or one that was placed before
   * @throws MessagingException when the broker is not reachable
   * @throws CliException when the connection is lost after a message was published
   */
  public DuplicateResult send(OrderPlaced order, int copies) throws InterruptedException {
    String id = order.orderId();
    InventoryView before = ask(id);
    var publish =
        new ConfirmedPublish(
            Collections.nCopies(copies, Message.of(order, clock.instant(), APP_ID)));
    try (QueueBrowser browser = broker.openBrowser();
        OutcomeRecorder outcomes = OutcomeRecorder.open(browser, id::equals)) {
      long start = System.nanoTime();
      publish.run(broker);
      var idle = new IdleDetector(start);
      InventoryView now = before;
      boolean sawAll = false;
      boolean isIdle = false;
      while (!sawAll && !isIdle && System.nanoTime() - start < limit.toNanos()) {
        outcomes.record(PAUSE);
        now = ask(id);
        sawAll = isCounted(before, now) && now.deliveries() >= before.deliveries() + copies;
        long ready = browser.depth(Topology.ORDER_PLACED).orElse(0);
        idle.observe(System.nanoTime(), outcomes.outcomesOf(id), ready);
        isIdle = !isCounted(before, now) && idle.isIdle(System.nanoTime());
      }
      long end = System.nanoTime() + LAST_EVENTS.toNanos();
      while (System.nanoTime() - end < 0) {
        outcomes.record(PAUSE);
      }
      int seen = outcomes.outcomesOf(id);
      int effects = (before instanceof InventoryView.Found ? 1 : 0) + seen;
      return isCounted(before, now)
          ? byInventory(id, copies, effects, before, now, sawAll)
          : byTraffic(id, copies, effects, seen, whyNotCounted(before, now), isIdle);
    } catch (MessagingException e) {
      throw publish.explained(e);
    }
  }

  private static boolean isCounted(InventoryView before, InventoryView now) {
    return !(before instanceof InventoryView.Unavailable) && now instanceof InventoryView.Found;
  }

  private String whyNotCounted(InventoryView before, InventoryView now) {
    return switch (now) {
      case InventoryView.Unavailable(String reason) -> reason;
      case InventoryView.NotFound() ->
          "inventory at " + inventory.base() + " has no record of this order";
      case InventoryView.Found _ ->
          before instanceof InventoryView.Unavailable(String reason) ? reason + " at first" : "";
    };
  }

  private static DuplicateResult byInventory(
      String id, int copies, int effects, InventoryView before, InventoryView now, boolean sawAll) {
    long arrived = now.deliveries() - before.deliveries();
    String remark =
        "inventory has counted only %d of the %d copies; are others in a dead-letter queue?"
            .formatted(arrived, copies);
    return new DuplicateResult(
        id,
        copies,
        effects,
        before instanceof InventoryView.Found ? arrived : arrived - 1,
        sawAll ? "" : remark,
        effects == 1 && sawAll);
  }

  /** Counts skipped copies only when every copy must have been consumed. */
  private static DuplicateResult byTraffic(
      String id, int copies, int effects, int outcomes, String reason, boolean consumed) {
    String remark =
        consumed
            ? "based on broker traffic only: " + reason
            : (effects == 0 ? "no outcome was published" : "not every copy may have been consumed")
                + ", and "
                + reason;
    long skipped = consumed ? Math.max(0, copies - outcomes) : 0;
    return new DuplicateResult(id, copies, effects, skipped, remark, effects == 1 && consumed);
  }

  private InventoryView ask(String orderId) throws InterruptedException {
    try {
      return inventory
          .reservation(orderId)
          .<InventoryView>map(found ->
              found.deliveries() < 1
                  ? new InventoryView.Unavailable(
                      "inventory at " + inventory.base() + " counts no deliveries")
                  : new InventoryView.Found(found.deliveries()))
          .orElse(new InventoryView.NotFound());
    } catch (CliException e) {
      return new InventoryView.Unavailable(e.problem());
    }
  }
}
