package orderflow.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import orderflow.event.EventCodec;
import orderflow.event.InventoryOutcome;
import orderflow.event.InventoryOutcome.Status;
import orderflow.event.OrderPlaced;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import orderflow.messaging.Topology;
import orderflow.order.OrderTestDriver;
import orderflow.store.StoreException;
import orderflow.testing.Amqp;
import orderflow.testing.ScriptedBroker.Stored;
import orderflow.testing.SimulatedCrash;

/**
 * The clients outside the flow. Some post orders, retry them after a lost response, and reuse ids
 * for other orders; others publish orders, copies and poison messages.
 */
final class SimulatedClients {
  private static final List<String> ITEMS = List.of("widget", "scarce", "rare");

  private final SimulatedChance chance;
  private final SimulationHistory history;
  private final SimulatedBroker broker;
  private final Post post;
  private final List<OrderPlaced> withoutResponse = new ArrayList<>();
  private final List<OrderPlaced> known = new ArrayList<>();
  private int orders;
  private int poison;
  private int outcomes;

  /** Posts orders together. */
  interface Post {
    /**
     * @param responses receives the response to each order
     * @throws StoreException when the store failed; it is unknown whether they are recorded
     * @throws SimulatedCrash when the service crashed before it responded
     */
    void orders(List<OrderPlaced> orders, OrderTestDriver.Responses responses);
  }

  SimulatedClients(
      SimulatedChance chance, SimulationHistory history, SimulatedBroker broker, Post post) {
    this.chance = chance;
    this.history = history;
    this.broker = broker;
    this.post = post;
  }

  /** One of them does something. */
  void step() {
    switch (chance.below(18)) {
      case 0 -> publish(newOrder(), MessageProperties.none());
      case 1 -> publish(newOrder(), Amqp.properties(PoisonMessage.odd(chance, orders)));
      case 2, 3 -> publishPoison();
      case 4 -> conflict();
      case 5, 6, 7 -> postAgain();
      case 16, 17 -> publishOutcome();
      default -> {
        List<OrderPlaced> together = new ArrayList<>();
        for (int n = 1 + chance.below(3); n > 0; n--) {
          together.add(newOrder());
        }
        post(together);
      }
    }
  }

  /** A waiting message's copy arrives, or two waiting messages change places. */
  void disturb() {
    String queue = chance.oneOf(Topology.QUEUES);
    List<Stored> waiting = new ArrayList<>(broker.queues().queue(queue));
    if (waiting.isEmpty()) {
      return;
    }
    if (chance.strikes(SimulatedFault.DUPLICATE, 4)) {
      Message copy = chance.oneOf(waiting).message();
      if (copy.properties().header(DeadLetter.REPLAYS) == null) { // those are counted
        broker.route(new Message("", queue, copy.properties(), copy.body()));
      }
    }
    if (chance.strikes(SimulatedFault.REORDER, 4)) {
      // Only those that were never delivered: a queue keeps the order of requeued messages.
      waiting = new ArrayList<>(broker.queues().queue(queue));
      int first = waiting.size();
      while (first > 0 && !waiting.get(first - 1).redelivered()) {
        first--;
      }
      if (waiting.size() - first > 1) {
        Collections.swap(
            waiting,
            first + chance.below(waiting.size() - first),
            first + chance.below(waiting.size() - first));
        var all = broker.queues().queue(queue);
        all.clear();
        all.addAll(waiting);
      }
    }
  }

  /** Repeats all requests without a response. */
  void postAll() {
    List<OrderPlaced> rest = List.copyOf(withoutResponse);
    rest.forEach(order -> post(List.of(order)));
  }

  private OrderPlaced newOrder() {
    var order =
        new OrderPlaced(
            "o-" + orders++, chance.oneOf(ITEMS), 1 + chance.below(3), "u" + chance.below(3));
    known.add(order);
    return order;
  }

  private void post(List<OrderPlaced> together) {
    chance.note("post", together);
    var responses = new Received(together);
    try {
      post.orders(together, responses);
    } catch (StoreException | SimulatedCrash e) {
      chance.note("  no answer:", e.getMessage());
    }
    responses.missing().forEach(history::notResponded);
    withoutResponse.addAll(responses.missing());
  }

  /** The responses to the clients; the first response to an order counts. */
  private final class Received implements OrderTestDriver.Responses {
    private final List<OrderPlaced> orders;
    private final Set<Integer> answered = new HashSet<>();

    Received(List<OrderPlaced> orders) {
      this.orders = orders;
    }

    @Override
    public void status(int place, int status) {
      if (answered.add(place)) {
        SimulatedClients.this.answered(orders.get(place), status);
      }
    }

    @Override
    public void none(int place, Throwable why) {
      chance.note("  failed:", orders.get(place).orderId(), why.getMessage());
    }

    List<OrderPlaced> missing() {
      List<OrderPlaced> missing = new ArrayList<>(orders);
      answered.forEach(place -> missing.remove(orders.get(place)));
      return missing;
    }
  }

  private void answered(OrderPlaced order, int status) {
    chance.note(" ", order.orderId(), status);
    if (status == 503 && chance.oneIn(2)) {
      withoutResponse.add(order);
    } else if (status == 202 && chance.strikes(SimulatedFault.RESPONSE_LOST)) {
      history.notResponded(order);
      withoutResponse.add(order);
    } else if (status == 202) {
      history.accepted(order);
    }
  }

  private void postAgain() {
    if (!withoutResponse.isEmpty()) {
      post(List.of(withoutResponse.remove(chance.below(withoutResponse.size()))));
    }
  }

  /** The same id with other content, by HTTP or AMQP. */
  private void conflict() {
    if (!known.isEmpty()) {
      OrderPlaced order = chance.oneOf(known);
      var other = new OrderPlaced(order.orderId(), order.itemId(), order.qty() + 1, order.userId());
      if (chance.oneIn(2)) {
        post(List.of(other));
      } else {
        publish(other, MessageProperties.persistent("foreign-" + order.orderId()));
      }
    }
  }

  private void publish(OrderPlaced order, MessageProperties properties) {
    chance.note("foreign", order);
    history.foreign(order);
    broker.route(new Message("order_events", "order.placed", properties, EventCodec.encode(order)));
  }

  private void publishPoison() {
    PoisonMessage drawn = PoisonMessage.draw(chance, poison++);
    chance.note("poison", drawn.reason(), SimulationHistory.Identity.of(drawn.message()));
    drawn.queues().forEach(queue -> history.poison(queue, drawn.message(), drawn.reason()));
    for (int n = drawn.message().properties().messageId() == null ? chance.below(3) : 0;
        n >= 0;
        n--) {
      broker.route(drawn.message());
    }
  }

  /** Another program's inventory, with the least it may say; sometimes it contradicts itself. */
  private void publishOutcome() {
    var outcome =
        new InventoryOutcome(
            "foreign-" + chance.below(6),
            chance.oneIn(6) ? Status.FAILED : Status.RESERVED,
            chance.oneIn(6) ? "u1" : "u0",
            null,
            null,
            null);
    chance.note("foreign", outcome);
    history.foreign(outcome);
    MessageProperties properties =
        chance.oneIn(2)
            ? MessageProperties.none()
            : MessageProperties.persistent("outcome-" + outcomes++);
    broker.route(
        new Message(
            outcome.type().exchange(),
            outcome.type().routingKey(),
            properties,
            EventCodec.encode(outcome)));
  }
}
