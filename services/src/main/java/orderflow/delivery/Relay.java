package orderflow.delivery;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orderflow.messaging.Message;
import orderflow.messaging.Publisher;
import orderflow.store.Store;
import orderflow.store.Store.Durability;
import orderflow.store.StoreException;

/**
 * Publishes a service's outbox over one channel. An entry is forgotten only when it was confirmed;
 * whatever else happens ends the session, and the next one resends from the oldest entry. A crash
 * between confirm and forgetting makes a duplicate on the wire, which every consumer recognises.
 */
public final class Relay implements Session {
  private static final int BATCH = 512;
  private static final long BATCH_BYTES = 8L * 1024 * 1024;
  private static final Duration CONFIRM_WAIT = Duration.ofMillis(5);
  private static final Duration IDLE_WAIT = Duration.ofMillis(250);

  private final Store store;
  private final Outbox outbox;
  private final Publisher publisher;
  private final Clock clock;
  private final List<Long> confirmed = new ArrayList<>();
  private final Map<Long, Instant> sent = new HashMap<>();
  private Instant confirmedAt = Instant.EPOCH;
  private long lastPublished;

  public Relay(Store store, Outbox outbox, Publisher publisher, Clock clock) {
    this.store = store;
    this.outbox = outbox;
    this.publisher = publisher;
    this.clock = clock;
  }

  @Override
  public Step step() throws InterruptedException {
    var alarm = publisher.blocked();
    if (alarm.isPresent()) {
      collect(Duration.ZERO);
      return new Step.Blocked("the broker blocks publishers: " + alarm.get());
    }
    boolean published = publishMore();
    boolean settled = collect(published ? Duration.ZERO : CONFIRM_WAIT);
    if (confirmed.size() >= BATCH || (!published && !confirmed.isEmpty())) {
      try {
        forgetConfirmed();
      } catch (StoreException e) {
        if (e.isTransient()) {
          return new Step.Blocked(e.detail());
        }
        throw e;
      }
    }
    if (published || settled) {
      return new Step.Worked();
    }
    if (publisher.outstanding() == 0) {
      outbox.appended().await(IDLE_WAIT);
    }
    return new Step.Idle();
  }

  @Override
  public void drain(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      while (publisher.outstanding() > 0 && System.nanoTime() - deadline < 0) {
        collect(CONFIRM_WAIT);
      }
      collect(Duration.ZERO); // what came between the last look and the last confirm
    } finally {
      forgetConfirmed();
    }
  }

  @Override
  public void close() {
    publisher.close();
  }

  /**
   * A nearly full window waits for confirms, rather than to read the outbox row by row. What cannot
   * be forgotten just now holds up the rest: a crash would send all of it again.
   */
  private boolean publishMore() {
    int room = Math.min(publisher.room(), BATCH);
    if (room < BATCH / 4 || confirmed.size() >= BATCH) {
      return false;
    }
    List<Outbox.Entry> entries =
        store.read(tx -> outbox.take(tx, lastPublished, room, BATCH_BYTES));
    if (entries.isEmpty()) {
      return false;
    }
    Instant now = clock.instant();
    for (Outbox.Entry entry : entries) {
      Message message = entry.message();
      sent.put(entry.id(), now);
      publisher.publish(entry.id(), message);
      lastPublished = entry.id();
    }
    return true;
  }

  private boolean collect(Duration wait) throws InterruptedException {
    long[] ids = publisher.confirmed(wait);
    for (long id : ids) {
      confirmed.add(id);
    }
    if (ids.length > 0) {
      confirmedAt = clock.instant();
    }
    return ids.length > 0;
  }

  private void forgetConfirmed() {
    if (confirmed.isEmpty()) {
      return;
    }
    Collections.sort(confirmed);
    store.write(
        Durability.RELAXED,
        tx -> {
          outbox.forget(tx, confirmed, sent, confirmedAt);
          return confirmed.size();
        });
    confirmed.forEach(sent::remove);
    confirmed.clear();
  }
}
