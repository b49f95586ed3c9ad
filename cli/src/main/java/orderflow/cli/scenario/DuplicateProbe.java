package orderflow.cli.scenario;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import orderflow.cli.CommandFailure;
import orderflow.cli.client.InventoryClient;
import orderflow.cli.client.InventoryClient.Reservation;
import orderflow.cli.view.Verdicts;
import orderflow.event.OrderPlaced;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Publisher;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology;

/**
 * Publishes one order several times and counts its effects: the distinct outcomes on the wire, and
 * what inventory has on record. Where inventory has no HTTP, or is not ours, the wire alone
 * decides.
 */
public final class DuplicateProbe {
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Duration QUIET = Duration.ofSeconds(2);
  private static final String APP_ID = "orderflow-replay-duplicate";

  private final RabbitBroker broker;
  private final InventoryClient inventory;
  private final Clock clock;
  private final Duration limit;

  /**
   * @param effects how many effects the order has had in all; one is right
   * @param skipped how many of the published copies had none
   */
  public record Finding(String orderId, int published, int effects, int skipped, boolean passed) {
    /** The contract for programs. */
    public Map<String, Object> toJson() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("order_id", orderId);
      json.put("published", published);
      json.put("effects", effects);
      json.put("skipped", skipped);
      json.put("verdict", Verdicts.json(passed));
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

  /**
   * @param order a new one, or one that was placed before
   * @throws orderflow.messaging.MessagingException when the broker is not reachable
   */
  public Finding send(OrderPlaced order, int copies) throws InterruptedException {
    Optional<Reservation> before = recorded(order.orderId());
    try (QueueBrowser browser = broker.openBrowser();
        OutcomeTap outcomes = OutcomeTap.open(browser)) {
      publish(order, copies);
      long deadline = System.nanoTime() + limit.toNanos();
      long quietSince = System.nanoTime();
      while (System.nanoTime() - deadline < 0 && !sawAll(order, before, copies)) {
        if (outcomes.collect(PAUSE)) {
          quietSince = System.nanoTime();
        }
        boolean drained = browser.depth(Topology.ORDER_PLACED).orElse(0) == 0;
        if (before.isEmpty()
            && recorded(order.orderId()).isEmpty()
            && drained
            && outcomes.outcomesOf(order.orderId()) > 0
            && System.nanoTime() - quietSince > QUIET.toNanos()) {
          break;
        }
      }
      collectRest(outcomes);
      return judge(order, before, copies, outcomes.outcomesOf(order.orderId()));
    }
  }

  private Finding judge(OrderPlaced order, Optional<Reservation> before, int copies, int onTheWire)
      throws InterruptedException {
    Optional<Reservation> after = recorded(order.orderId());
    int earlier = before.isPresent() ? 1 : 0;
    int effects = earlier + onTheWire;
    boolean seenByInventory = after.isEmpty() || sawAll(order, before, copies);
    return new Finding(
        order.orderId(),
        copies,
        effects,
        Math.max(0, copies - onTheWire),
        effects == 1 && seenByInventory);
  }

  /** Whether inventory has every copy on record; false as well when it cannot be asked. */
  private boolean sawAll(OrderPlaced order, Optional<Reservation> before, int copies)
      throws InterruptedException {
    long earlier = before.map(Reservation::deliveries).orElse(0L);
    return recorded(order.orderId())
        .filter(reservation -> reservation.deliveries() >= earlier + copies)
        .isPresent();
  }

  private Optional<Reservation> recorded(String orderId) throws InterruptedException {
    try {
      return inventory.reservation(orderId);
    } catch (CommandFailure e) {
      return Optional.empty();
    }
  }

  /** What a second effect would have published comes right behind its record. */
  private static void collectRest(OutcomeTap outcomes) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofMillis(500).toNanos();
    while (System.nanoTime() - until < 0) {
      outcomes.collect(PAUSE);
    }
  }

  private void publish(OrderPlaced order, int copies) throws InterruptedException {
    try (Publisher publisher = broker.openPublisher(CONFIRM_TIMEOUT)) {
      Message message = Message.of(order, clock.instant(), APP_ID);
      for (int copy = 0; copy < copies; copy++) {
        publisher.publish(copy, message);
      }
      long deadline = System.nanoTime() + CONFIRM_TIMEOUT.toNanos();
      while (publisher.outstanding() > 0) {
        publisher.confirmed(PAUSE);
        if (System.nanoTime() - deadline > 0) {
          throw new MessagingException("the broker does not confirm; it may block publishers");
        }
      }
    }
  }
}
