package orderflow.delivery;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import orderflow.failpoint.Failpoint;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Publisher;
import orderflow.messaging.Publisher.Refusal;
import orderflow.messaging.Topology;
import orderflow.store.Store;
import orderflow.store.Store.Durability;
import orderflow.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes one lane of a service's outbox over one channel. An entry is deleted once it is
 * confirmed. A refused entry is kept and retried alone, see {@link RefusedMessages}; the confirms
 * of its neighbours count. After a lost channel the next relay resends from the oldest entry. A
 * crash between confirm and deletion publishes a duplicate, which every consumer recognises.
 */
public final class Relay implements WorkLoop {
  private static final int BATCH = 512;
  private static final long BATCH_BYTES = 8L * 1024 * 1024;
  private static final Duration CONFIRM_WAIT = Duration.ofMillis(5);
  private static final Duration IDLE_WAIT = Duration.ofMillis(250);
  private static final Logger LOG = LoggerFactory.getLogger("Outbox");
  private static final long NONE = 0;

  /**
   * After so many nacks of retries (some 20 s) the relay wants a new channel: RabbitMQ 3.10 keeps
   * refusing a channel that published to a full quorum queue, even when its limit is removed.
   */
  private static final int NACKED_RETRIES = 10;

  private final Store store;
  private final Lane lane;
  private final RefusedMessages refused;
  private final Publisher publisher;
  private final Clock clock;
  private final LongConsumer confirmNanos;
  private final List<Long> confirmed = new ArrayList<>();
  private final NavigableMap<Long, Sent> sent = new TreeMap<>();
  private Instant confirmedAt = Instant.EPOCH;
  private long lastPublished;
  private long retried = NONE;
  private int nackedRetries;
  private volatile String doing = "reading the outbox";

  private record Sent(Instant at, long nanos, String exchange, String routingKey) {}

  /**
   * @param confirmNanos receives the time from publish to confirm of each message
   */
  public Relay(
      Store store, Lane lane, Publisher publisher, Clock clock, LongConsumer confirmNanos) {
    this.store = store;
    this.lane = lane;
    this.refused = lane.refused();
    this.publisher = publisher;
    this.clock = clock;
    this.confirmNanos = confirmNanos;
  }

  @Override
  public String doing() {
    return publisher
        .blockedReason()
        .map(alarm -> doing + ", while the broker blocks publishers: " + alarm)
        .orElse(doing);
  }

  @Override
  public StepResult step() throws InterruptedException {
    try {
      StepResult result = advance();
      if (result instanceof StepResult.Blocked) {
        return result;
      }
      boolean open = publisher.outstanding() > 0;
      boolean reopen = nackedRetries >= NACKED_RETRIES && !open;
      return refused
          .fault(open)
          .<StepResult>map(
              fault -> reopen ? new StepResult.Reopen(fault) : new StepResult.Impaired(fault))
          .orElse(result);
    } catch (StoreException e) {
      if (e.isTransient()) {
        return new StepResult.Blocked(e.detail());
      }
      throw e;
    } catch (MessagingException e) {
      channelLost(e);
      throw e;
    }
  }

  private StepResult advance() throws InterruptedException {
    doing = "reading the outbox";
    Optional<String> alarm = publisher.blockedReason();
    if (alarm.isPresent()) {
      collectConfirms(Duration.ZERO);
      return new StepResult.Blocked("the broker blocks publishers: " + alarm.get());
    }
    boolean published = publishMore();
    boolean anyConfirmed = collectConfirms(published ? Duration.ZERO : CONFIRM_WAIT);
    if (confirmed.size() >= BATCH || (!published && !confirmed.isEmpty())) {
      deleteConfirmed();
    }
    if (published || anyConfirmed) {
      return new StepResult.Worked();
    }
    if (publisher.outstanding() == 0) {
      lane.appended().await(IDLE_WAIT);
    }
    return new StepResult.Idle();
  }

  @Override
  public void drain(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      while (publisher.outstanding() > 0 && System.nanoTime() - deadline < 0) {
        collectConfirms(CONFIRM_WAIT);
      }
      collectConfirms(Duration.ZERO); // those that arrived during the last call
    } finally {
      deleteConfirmed();
    }
  }

  @Override
  public void close() {
    publisher.close();
  }

  /**
   * Publishes nothing while a batch of confirmed entries cannot be deleted, as a crash would send
   * all of it again, nor while a retried message is unanswered.
   */
  private boolean publishMore() {
    if (confirmed.size() >= BATCH || retried != NONE) {
      return false;
    }
    if (refused.isDue(clock.instant())) {
      return publisher.outstanding() == 0 && retry();
    }
    int room = room();
    return room > 0 && publishNext(room);
  }

  /** A nearly full window waits for confirms instead of reading the lane row by row. */
  private int room() {
    int room = Math.min(publisher.remainingCapacity(), BATCH);
    if (refused.oneByOne(lastPublished)) {
      room = Math.min(room, 1 - publisher.outstanding());
    } else if (refused.isEmpty() && room < BATCH / 4) {
      room = 0;
    }
    return refused.isEmpty() ? room : Math.min(room, refused.room() - publisher.outstanding());
  }

  private boolean publishNext(int room) {
    List<Lane.Entry> entries =
        store.read(tx -> lane.read(tx, lastPublished, room + refused.size(), BATCH_BYTES));
    doing = "publishing";
    Instant now = clock.instant();
    int published = 0;
    for (Lane.Entry entry : entries) {
      if (published == room) {
        break;
      }
      if (!refused.contains(entry.id()) && !sent.containsKey(entry.id())) {
        publish(entry, now);
        published++;
      }
      lastPublished = entry.id();
    }
    if (published > 0) {
      Failpoint.RELAY_PUBLISH_AFTER.reach();
    }
    return !entries.isEmpty();
  }

  private boolean retry() {
    long id = refused.next();
    Optional<Lane.Entry> entry = store.read(tx -> lane.find(tx, id));
    if (entry.isEmpty()) {
      refused.confirmed(id); // another instance has published it
      return true;
    }
    retried = id;
    publish(entry.get(), clock.instant());
    return true;
  }

  private void publish(Lane.Entry entry, Instant now) {
    Message message = entry.message();
    sent.put(
        entry.id(), new Sent(now, System.nanoTime(), message.exchange(), message.routingKey()));
    publisher.publish(entry.id(), message);
  }

  private boolean collectConfirms(Duration wait) throws InterruptedException {
    Publisher.Confirms confirms = publisher.confirms(wait);
    if (confirms.isEmpty()) {
      return false;
    }
    Instant now = clock.instant();
    long nanos = System.nanoTime();
    for (long id : confirms.confirmed()) {
      confirmed.add(id);
      confirmedAt = now;
      refused.confirmed(id);
      nackedRetries = id == retried ? 0 : nackedRetries;
      Sent its = sent.get(id);
      if (its != null) {
        confirmNanos.accept(nanos - its.nanos());
      }
    }
    for (Refusal refusal : confirms.refused()) {
      refused.refused(refusal.id(), reason(sent(refusal.id()), refusal), now);
      if (refusal.id() == retried && refusal.kind() == Refusal.Kind.NACK) {
        nackedRetries++;
      }
      sent.remove(refusal.id());
    }
    retried = publisher.outstanding() == 0 ? NONE : retried;
    return true;
  }

  private Sent sent(long id) {
    return Objects.requireNonNull(sent.get(id), "it was never sent");
  }

  private static String reason(Sent sent, Refusal refusal) {
    List<String> queues = Topology.queues(sent.exchange(), sent.routingKey());
    return switch (refusal.kind()) {
      case NACK ->
          "%s refuses messages (full, or without a majority of its replicas)"
              .formatted(String.join(" or ", queues));
      case UNROUTABLE ->
          sent.exchange().isEmpty()
              ? sent.routingKey() + " takes no messages: it does not exist, or refuses them"
              : "%s; it is for %s".formatted(refusal.reason(), String.join(" and ", queues));
    };
  }

  /** Confirms that arrived before the loss count. */
  private void channelLost(MessagingException failure) throws InterruptedException {
    try {
      collectConfirms(Duration.ZERO);
    } catch (MessagingException e) {
      LOG.debug("No more confirms: {}", e.detail());
    }
    long[] open =
        sent.keySet().stream().filter(id -> !confirmed.contains(id)).mapToLong(id -> id).toArray();
    refused.channelEnded(failure, open, clock.instant());
    try {
      deleteConfirmed();
    } catch (StoreException e) {
      LOG.debug("Confirmed messages will be sent again: {}", e.detail());
    }
  }

  private void deleteConfirmed() {
    if (confirmed.isEmpty()) {
      return;
    }
    Failpoint.RELAY_CONFIRM_AFTER.reach();
    doing = "deleting confirmed messages from the outbox";
    Collections.sort(confirmed);
    store.update(
        Durability.RELAXED, tx -> lane.delete(tx, confirmed, id -> sent(id).at(), confirmedAt));
    Failpoint.RELAY_DELETE_AFTER.reach();
    confirmed.forEach(sent::remove);
    confirmed.clear();
  }
}
