package orderflow.simulation;

import java.util.List;
import orderflow.delivery.DeadLetterLog;
import orderflow.delivery.Outbox;
import orderflow.delivery.ReplayLog;
import orderflow.delivery.Suspects;
import orderflow.inventory.InventoryDoor;
import orderflow.notification.NotificationDoor;
import orderflow.order.OrderDoor;
import orderflow.store.MemoryStore;
import orderflow.store.Schema;

/** The three services' databases, emptied and used again from run to run. For one thread. */
final class Stores implements AutoCloseable {
  private final MemoryStore order = open(OrderDoor.SCHEMA, OrderDoor.LATER);
  private final MemoryStore inventory = open(InventoryDoor.SCHEMA, List.of());
  private final MemoryStore notification = open(NotificationDoor.SCHEMA, List.of());

  private static MemoryStore open(List<String> tables, List<String> later) {
    return new MemoryStore(
        Schema.of(List.of(tables, Outbox.SCHEMA, Suspects.SCHEMA, DeadLetterLog.SCHEMA))
            .then(Outbox.PUBLISHED_SCHEMA)
            .then(ReplayLog.SCHEMA)
            .then(later)
            .then(Outbox.CONFIRMED_SCHEMA)
            .then(Outbox.LANES_SCHEMA));
  }

  void clear() {
    order.clear();
    inventory.clear();
    notification.clear();
  }

  MemoryStore order() {
    return order;
  }

  MemoryStore inventory() {
    return inventory;
  }

  MemoryStore notification() {
    return notification;
  }

  @Override
  public void close() {
    order.close();
    inventory.close();
    notification.close();
  }
}
