package orderflow.simulation;

import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import orderflow.delivery.Handler;
import orderflow.delivery.Lane;
import orderflow.delivery.Relay;
import orderflow.delivery.Replay;
import orderflow.delivery.Session;
import orderflow.event.InventoryOutcome;
import orderflow.event.OrderPlaced;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import orderflow.messaging.Publisher;
import orderflow.messaging.Subscription;
import orderflow.notification.NotificationDoor.Telling;
import orderflow.notification.NotificationDoor.Told;
import orderflow.order.OrderDoor;
import orderflow.store.Store;

/** Where a fault may be planted in the flow, to see whether it is found. As it stands: nowhere. */
class Flaw {
  static final Flaw NONE = new Flaw();

  Store store(Store store) {
    return store;
  }

  Subscription subscription(Subscription subscription) {
    return subscription;
  }

  /** For one process of inventory: what the handler keeps in memory ends with it. */
  Handler<OrderPlaced> inventory(Handler<OrderPlaced> handler) {
    return handler;
  }

  /** As {@link #inventory}, for notification. */
  Handler<InventoryOutcome> notification(Handler<InventoryOutcome> handler) {
    return handler;
  }

  /** How one sender tells users. */
  Function<Told, Telling> teller(Function<Told, Telling> teller) {
    return teller;
  }

  /** What clients are answered. */
  OrderDoor.Answers answers(OrderDoor.Answers answers) {
    return answers;
  }

  /** From how many waiting messages on a consumer waits. */
  long outboxLimit(long limit) {
    return limit;
  }

  Session relay(Store store, Lane lane, Publisher publisher, Clock clock) {
    return new Relay(store, lane, publisher, clock, nanos -> {});
  }

  Session replay(
      Subscription letters,
      Supplier<Publisher> opening,
      Function<Delivery, Optional<Message>> choice) {
    return new Replay(letters, opening, choice::apply);
  }
}
