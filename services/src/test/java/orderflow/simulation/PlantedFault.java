package orderflow.simulation;

import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import orderflow.delivery.Handler;
import orderflow.delivery.Lane;
import orderflow.delivery.Relay;
import orderflow.delivery.Replay;
import orderflow.delivery.WorkLoop;
import orderflow.event.InventoryOutcome;
import orderflow.event.OrderPlaced;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import orderflow.messaging.Publisher;
import orderflow.messaging.Subscription;
import orderflow.notification.NotificationTestDriver.SendResult;
import orderflow.notification.NotificationTestDriver.SentContent;
import orderflow.order.OrderTestDriver;
import orderflow.store.Store;

/** The places where a subclass can plant a fault in the flow; this class plants none. */
class PlantedFault {
  static final PlantedFault NONE = new PlantedFault();

  Store store(Store store) {
    return store;
  }

  Subscription subscription(Subscription subscription) {
    return subscription;
  }

  /** For one process of inventory, whose memory ends with it. */
  Handler<OrderPlaced> inventory(Handler<OrderPlaced> handler) {
    return handler;
  }

  /** As {@link #inventory}, for notification. */
  Handler<InventoryOutcome> notification(Handler<InventoryOutcome> handler) {
    return handler;
  }

  /** How one sender sends notifications. */
  Function<SentContent, SendResult> notifier(Function<SentContent, SendResult> notifier) {
    return notifier;
  }

  /** The responses to clients. */
  OrderTestDriver.Responses responses(OrderTestDriver.Responses responses) {
    return responses;
  }

  /** From how many waiting messages on a consumer waits. */
  long outboxLimit(long limit) {
    return limit;
  }

  WorkLoop relay(Store store, Lane lane, Publisher publisher, Clock clock) {
    return new Relay(store, lane, publisher, clock, nanos -> {});
  }

  WorkLoop replay(
      Subscription deadLetters,
      Supplier<Publisher> opening,
      Function<Delivery, Optional<Message>> choice) {
    return new Replay(deadLetters, opening, choice::apply);
  }
}
