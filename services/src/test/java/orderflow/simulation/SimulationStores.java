package orderflow.simulation;

import java.util.List;
import orderflow.delivery.CrashSuspects;
import orderflow.delivery.Outbox;
import orderflow.delivery.ReplayLog;
import orderflow.inventory.InventoryTestDriver;
import orderflow.notification.NotificationTestDriver;
import orderflow.order.OrderTestDriver;
import orderflow.store.MemoryStore;
import orderflow.store.Schema;

/** The three services' databases, emptied and used again from run to run. For one thread. */
final class SimulationStores implements AutoCloseable {
  private final MemoryStore order = open(OrderTestDriver.SCHEMA, OrderTestDriver.LATER);
  private final MemoryStore inventory = open(InventoryTestDriver.SCHEMA, List.of());
  private final MemoryStore notification = open(NotificationTestDriver.SCHEMA, List.of());

  private static MemoryStore open(List<String> tables, List<String> later) {
    return new MemoryStore(
        Schema.of(List.of(tables, Outbox.SCHEMA, CrashSuspects.SCHEMA))
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
