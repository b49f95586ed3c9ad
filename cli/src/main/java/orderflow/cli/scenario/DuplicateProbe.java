package orderflow.cli.scenario;

import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import orderflow.cli.client.InventoryClient;
import orderflow.cli.io.CliException;
import orderflow.cli.scenario.Verdict.Outcome;
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
  public record Finding(
      String orderId, int published, int effects, long skipped, String remark, boolean passed) {
    /** The contract for programs. */
    public Map<String, Object> toJson() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("order_id", orderId);
      json.put("published", published);
      json.put("effects", effects);
      json.put("skipped", skipped);
      json.put("verdict", Outcome.of(passed).wire());
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
  private sealed interface Testimony {
    /** It cannot be asked, or does not count. */
    record None(String why) implements Testimony {}

    /** It answers, and has not seen the order. */
    record NotSeen() implements Testimony {}

    record Seen(long deliveries) implements Testimony {}

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
  public Finding send(OrderPlaced order, int copies) throws InterruptedException {
    String id = order.orderId();
    Testimony before = ask(id);
    var publish =
        new ConfirmedPublish(
            Collections.nCopies(copies, Message.of(order, clock.instant(), APP_ID)));
    try (QueueBrowser browser = broker.openBrowser();
        OutcomeTap outcomes = OutcomeTap.open(browser, id::equals)) {
      long start = System.nanoTime();
      publish.run(broker, CONFIRM_TIMEOUT);
      var quiet = new QuietSpell(start);
      Testimony now = before;
      boolean sawAll = false;
      boolean isQuiet = false;
      while (!sawAll && !isQuiet && System.nanoTime() - start < limit.toNanos()) {
        outcomes.collect(PAUSE);
        now = ask(id);
        sawAll = counts(before, now) && now.deliveries() >= before.deliveries() + copies;
        long waiting = browser.depth(Topology.ORDER_PLACED).orElse(0);
        quiet.observe(System.nanoTime(), outcomes.outcomesOf(id), waiting);
        isQuiet = !counts(before, now) && quiet.isLongEnough(System.nanoTime());
      }
      collectRest(outcomes);
      int effects = (before instanceof Testimony.Seen ? 1 : 0) + outcomes.outcomesOf(id);
      return counts(before, now)
          ? byRecord(order, copies, effects, before, now, sawAll)
          : byTheWire(
              order, copies, effects, outcomes.outcomesOf(id), whyNot(before, now), isQuiet);
    } catch (MessagingException e) {
      throw publish.explained(e);
    }
  }

  /** Whether inventory's record can tell how many copies arrived. */
  private static boolean counts(Testimony before, Testimony now) {
    return !(before instanceof Testimony.None) && now instanceof Testimony.Seen;
  }

  private String whyNot(Testimony before, Testimony now) {
    return switch (now) {
      case Testimony.None(String why) -> why;
      case Testimony.NotSeen() ->
          "inventory at " + inventory.base() + " has no record of this order";
      case Testimony.Seen _ ->
          before instanceof Testimony.None(String why) ? why + " at first" : "";
    };
  }

  private static Finding byRecord(
      OrderPlaced order, int copies, int effects, Testimony before, Testimony now, boolean sawAll) {
    long arrived = now.deliveries() - before.deliveries();
    return new Finding(
        order.orderId(),
        copies,
        effects,
        before instanceof Testimony.Seen ? arrived : arrived - 1,
        sawAll
            ? ""
            : "inventory has only %d of the %d copies on record; are others in a dead-letter queue?"
                .formatted(arrived, copies),
        effects == 1 && sawAll);
  }

  /** Skipped is claimed only when every copy must have been consumed. */
  private static Finding byTheWire(
      OrderPlaced order, int copies, int effects, int outcomes, String why, boolean consumed) {
    return new Finding(
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

  private Testimony ask(String orderId) throws InterruptedException {
    try {
      return inventory
          .reservation(orderId)
          .<Testimony>map(found ->
              found.deliveries() < 1
                  ? new Testimony.None("inventory at " + inventory.base() + " counts no deliveries")
                  : new Testimony.Seen(found.deliveries()))
          .orElse(new Testimony.NotSeen());
    } catch (CliException e) {
      return new Testimony.None(e.problem());
    }
  }

  /** What a second effect would have published comes right behind its record. */
  private static void collectRest(OutcomeTap outcomes) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofMillis(500).toNanos();
    while (System.nanoTime() - until < 0) {
      outcomes.collect(PAUSE);
    }
  }
}
