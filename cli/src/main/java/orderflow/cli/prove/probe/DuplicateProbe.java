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
 * Publishes one order several times and counts its effects: the distinct outcomes on the wire. That
 * every copy arrived, and how many were skipped, inventory's record tells. An inventory that cannot
 * be asked, or keeps no such record, is judged by the wire alone, which the finding then says, and
 * only once nothing has moved for long enough.
 */
public final class DuplicateProbe {
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final String APP_ID = "orderflow-replay-duplicate";

  private final RabbitBroker broker;
  private final InventoryClient inventory;
  private final Clock clock;
  private final Duration limit;

  /**
   * @param effects how many effects the order has had in all; one is right
   * @param skipped how many of the published copies had none: as inventory has it on record, or, by
   *     the wire alone, those that were consumed and had no outcome
   * @param remark what the figures rest on when it is not inventory's record, or what is missing;
   *     empty when there is nothing to say
   */
  public record DuplicateResult(
      String orderId, int published, int effects, long skipped, String remark, boolean passed) {
    /** The contract for programs. */
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

  /**
   * @param limit how long to wait until inventory has seen every copy
   */
  public DuplicateProbe(
      RabbitBroker broker, InventoryClient inventory, Clock clock, Duration limit) {
    this.broker = broker;
    this.inventory = inventory;
    this.clock = clock;
    this.limit = limit;
  }

  /** What inventory says about the order. */
  private sealed interface InventoryView {
    /** It cannot be asked, or does not count. */
    record None(String why) implements InventoryView {}

    /** It answers, and has not seen the order. */
    record NotSeen() implements InventoryView {}

    record Seen(long deliveries) implements InventoryView {}

    default long deliveries() {
      return switch (this) {
        case None _, NotSeen() -> 0;
        case Seen(long deliveries) -> deliveries;
      };
    }
  }

  /**
   * @param order a new one, or one that was placed before
   * @throws MessagingException when the broker is not reachable
   * @throws CliException when it is lost once something was published
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
      publish.run(broker, CONFIRM_TIMEOUT);
      var quiet = new IdleDetector(start);
      InventoryView now = before;
      boolean sawAll = false;
      boolean isQuiet = false;
      while (!sawAll && !isQuiet && System.nanoTime() - start < limit.toNanos()) {
        outcomes.record(PAUSE);
        now = ask(id);
        sawAll = counts(before, now) && now.deliveries() >= before.deliveries() + copies;
        long waiting = browser.depth(Topology.ORDER_PLACED).orElse(0);
        quiet.observe(System.nanoTime(), outcomes.outcomesOf(id), waiting);
        isQuiet = !counts(before, now) && quiet.isLongEnough(System.nanoTime());
      }
      collectRest(outcomes);
      int effects = (before instanceof InventoryView.Seen ? 1 : 0) + outcomes.outcomesOf(id);
      return counts(before, now)
          ? byRecord(order, copies, effects, before, now, sawAll)
          : byTheWire(
              order, copies, effects, outcomes.outcomesOf(id), whyNot(before, now), isQuiet);
    } catch (MessagingException e) {
      throw publish.explained(e);
    }
  }

  /** Whether inventory's record can tell how many copies arrived. */
  private static boolean counts(InventoryView before, InventoryView now) {
    return !(before instanceof InventoryView.None) && now instanceof InventoryView.Seen;
  }

  private String whyNot(InventoryView before, InventoryView now) {
    return switch (now) {
      case InventoryView.None(String why) -> why;
      case InventoryView.NotSeen() ->
          "inventory at " + inventory.base() + " has no record of this order";
      case InventoryView.Seen _ ->
          before instanceof InventoryView.None(String why) ? why + " at first" : "";
    };
  }

  private static DuplicateResult byRecord(
      OrderPlaced order,
      int copies,
      int effects,
      InventoryView before,
      InventoryView now,
      boolean sawAll) {
    long arrived = now.deliveries() - before.deliveries();
    return new DuplicateResult(
        order.orderId(),
        copies,
        effects,
        before instanceof InventoryView.Seen ? arrived : arrived - 1,
        sawAll
            ? ""
            : "inventory has only %d of the %d copies on record; are others in a dead-letter queue?"
                .formatted(arrived, copies),
        effects == 1 && sawAll);
  }

  /** Skipped is claimed only when every copy must have been consumed. */
  private static DuplicateResult byTheWire(
      OrderPlaced order, int copies, int effects, int outcomes, String why, boolean consumed) {
    return new DuplicateResult(
        order.orderId(),
        copies,
        effects,
        consumed ? Math.max(0, copies - outcomes) : 0,
        consumed
            ? "judged by the wire alone: " + why
            : (effects == 0 ? "no outcome came" : "whether every copy was consumed is not certain")
                + ", and "
                + why,
        effects == 1 && consumed);
  }

  private InventoryView ask(String orderId) throws InterruptedException {
    try {
      return inventory
          .reservation(orderId)
          .<InventoryView>map(found ->
              found.deliveries() < 1
                  ? new InventoryView.None(
                      "inventory at " + inventory.base() + " counts no deliveries")
                  : new InventoryView.Seen(found.deliveries()))
          .orElse(new InventoryView.NotSeen());
    } catch (CliException e) {
      return new InventoryView.None(e.problem());
    }
  }

  /** What a second effect would have published comes right behind its record. */
  private static void collectRest(OutcomeRecorder outcomes) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofMillis(500).toNanos();
    while (System.nanoTime() - until < 0) {
      outcomes.record(PAUSE);
    }
  }
}
