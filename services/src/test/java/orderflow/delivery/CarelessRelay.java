package orderflow.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orderflow.messaging.Publisher;
import orderflow.store.Store;
import orderflow.store.Store.Durability;

/** A planted fault: a relay that forgets its entries before it has their confirms. */
public final class CarelessRelay implements Session {
  private static final int BATCH = 16;

  private final Store store;
  private final Outbox outbox;
  private final Publisher publisher;

  public CarelessRelay(Store store, Outbox outbox, Publisher publisher) {
    this.store = store;
    this.outbox = outbox;
    this.publisher = publisher;
  }

  @Override
  public Step step() throws InterruptedException {
    publisher.confirmed(Duration.ZERO);
    List<Outbox.Entry> entries =
        publisher.room() < BATCH
            ? List.of()
            : store.read(tx -> outbox.take(tx, 0, BATCH, Long.MAX_VALUE));
    if (entries.isEmpty()) {
      return new Step.Idle();
    }
    Map<Long, Instant> sent = new HashMap<>();
    entries.forEach(entry -> sent.put(entry.id(), Instant.EPOCH));
    store.write(
        Durability.SYNCED,
        tx -> {
          outbox.forget(tx, entries.stream().map(Outbox.Entry::id).toList(), sent, Instant.EPOCH);
          return entries.size();
        });
    entries.forEach(entry -> publisher.publish(entry.id(), entry.message()));
    return new Step.Worked();
  }

  @Override
  public void drain(Duration limit) {}

  @Override
  public void close() {
    publisher.close();
  }
}
