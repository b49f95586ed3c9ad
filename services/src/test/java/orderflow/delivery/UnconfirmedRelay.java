package orderflow.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import orderflow.messaging.Publisher;
import orderflow.store.Store;
import orderflow.store.Store.Durability;

/** A planted fault: a relay that forgets its entries before it has their confirms. */
public final class UnconfirmedRelay implements WorkLoop {
  private static final int BATCH = 16;

  private final Store store;
  private final Lane lane;
  private final Publisher publisher;

  public UnconfirmedRelay(Store store, Lane lane, Publisher publisher) {
    this.store = store;
    this.lane = lane;
    this.publisher = publisher;
  }

  @Override
  public StepResult step() throws InterruptedException {
    publisher.confirms(Duration.ZERO);
    List<Lane.Entry> entries =
        publisher.remainingCapacity() < BATCH
            ? List.of()
            : store.read(tx -> lane.read(tx, 0, BATCH, Long.MAX_VALUE));
    if (entries.isEmpty()) {
      return new StepResult.Idle();
    }
    store.write(
        Durability.SYNCED,
        tx -> {
          lane.delete(
              tx,
              entries.stream().map(Lane.Entry::id).toList(),
              id -> Instant.EPOCH,
              Instant.EPOCH);
          return entries.size();
        });
    entries.forEach(entry -> publisher.publish(entry.id(), entry.message()));
    return new StepResult.Worked();
  }

  @Override
  public void drain(Duration limit) {}

  @Override
  public void close() {
    publisher.close();
  }
}
