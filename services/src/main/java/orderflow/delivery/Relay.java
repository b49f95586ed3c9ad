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
 * Publishes one lane of a service's outbox over one channel. An entry is forgotten only when it was
 * confirmed. One that is refused is kept and tried again alone, see {@link RefusedMessages}; its
 * neighbours' confirms count. A lost channel ends the session, once what was confirmed before is
 * forgotten, and the next one resends from the oldest entry. A crash between confirm and forgetting
 * makes a duplicate on the wire, which every consumer recognises.
 */
public final class Relay implements WorkLoop {
  private static final int BATCH = 512;
  private static final long BATCH_BYTES = 8L * 1024 * 1024;
  private static final Duration CONFIRM_WAIT = Duration.ofMillis(5);
  private static final Duration IDLE_WAIT = Duration.ofMillis(250);

  /**
   * A session declares the topology when it opens, which may help a message that no queue takes.
   */
  private static final Duration REOPEN_AFTER = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger("Outbox");
  private static final long NONE = 0;

  private final Store store;
  private final Lane lane;
  private final RefusedMessages refusals;
  private final Publisher publisher;
  private final Clock clock;
  private final LongConsumer confirmNanos;
  private final Instant opened;
  private final List<Long> confirmed = new ArrayList<>();
  private final NavigableMap<Long, Sent> sent = new TreeMap<>();
  private Instant confirmedAt = Instant.EPOCH;
  private long lastPublished;
  private long retried = NONE;
  private volatile String doing = "reading the outbox";

  private record Sent(Instant at, long nanos, String exchange, String routingKey) {}

  /**
   * @param confirmNanos is told of each message how long its confirm took
   */
  public Relay(
      Store store, Lane lane, Publisher publisher, Clock clock, LongConsumer confirmNanos) {
    this.store = store;
    this.lane = lane;
    this.refusals = lane.refusals();
    this.publisher = publisher;
    this.clock = clock;
    this.confirmNanos = confirmNanos;
    this.opened = clock.instant();
    refusals.declared();
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
      StepResult step = advance();
      Optional<String> fault = refusals.fault(publisher.outstanding() > 0);
      return step instanceof StepResult.Blocked
          ? step
          : fault.<StepResult>map(StepResult.Impaired::new).orElse(step);
    } catch (StoreException e) {
      if (e.isTransient()) {
        return new StepResult.Blocked(e.detail());
      }
      throw e;
    } catch (MessagingException e) {
      leave(e);
      throw e;
    }
  }

  private StepResult advance() throws InterruptedException {
    doing = "reading the outbox";
    Optional<String> alarm = publisher.blockedReason();
    if (alarm.isPresent()) {
      collect(Duration.ZERO);
      return new StepResult.Blocked("the broker blocks publishers: " + alarm.get());
    }
    boolean published = publishMore();
    boolean answered = collect(published ? Duration.ZERO : CONFIRM_WAIT);
    if (confirmed.size() >= BATCH || (!published && !confirmed.isEmpty())) {
      forgetConfirmed();
    }
    if (published || answered) {
      return new StepResult.Worked();
    }
    if (publisher.outstanding() == 0) {
      if (reopens()) {
        throw new MessagingException(MessagingException.Kind.MESSAGE_REFUSED, refusals.reason());
      }
      lane.appended().await(IDLE_WAIT);
    }
    return new StepResult.Idle();
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

  private boolean reopens() {
    Duration age = Duration.between(opened, clock.instant());
    return refusals.isAnyUnroutable() && (age.isNegative() || age.compareTo(REOPEN_AFTER) >= 0);
  }

  /**
   * What cannot be forgotten just now holds up the rest: a crash would send all of it again. So
   * does one that is tried again, until it is answered.
   */
  private boolean publishMore() {
    if (confirmed.size() >= BATCH || retried != NONE || reopens()) {
      return false;
    }
    if (refusals.isDue(clock.instant())) {
      return publisher.outstanding() == 0 && retry();
    }
    int room = room();
    return room > 0 && publishNext(room);
  }

  /** A nearly full window waits for confirms, rather than to read the lane row by row. */
  private int room() {
    int room = Math.min(publisher.remainingCapacity(), BATCH);
    if (refusals.oneByOne(lastPublished)) {
      room = Math.min(room, 1 - publisher.outstanding());
    } else if (refusals.isEmpty() && room < BATCH / 4) {
      room = 0;
    }
    return refusals.isEmpty() ? room : Math.min(room, refusals.room() - publisher.outstanding());
  }

  private boolean publishNext(int room) {
    List<Lane.Entry> entries =
        store.read(tx -> lane.read(tx, lastPublished, room + refusals.size(), BATCH_BYTES));
    doing = "publishing";
    Instant now = clock.instant();
    int published = 0;
    for (Lane.Entry entry : entries) {
      if (published == room) {
        break;
      }
      if (!refusals.contains(entry.id()) && !sent.containsKey(entry.id())) {
        publish(entry, now);
        published++;
      }
      lastPublished = entry.id();
    }
    return !entries.isEmpty();
  }

  private boolean retry() {
    long id = refusals.next();
    Optional<Lane.Entry> entry = store.read(tx -> lane.find(tx, id));
    if (entry.isEmpty()) {
      refusals.confirmed(id); // another instance has published it
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

  private boolean collect(Duration wait) throws InterruptedException {
    Publisher.Confirms answers = publisher.confirms(wait);
    if (answers.isEmpty()) {
      return false;
    }
    Instant now = clock.instant();
    long nanos = System.nanoTime();
    for (long id : answers.confirmed()) {
      confirmed.add(id);
      confirmedAt = now;
      refusals.confirmed(id);
      Sent its = sent.get(id);
      if (its != null) {
        confirmNanos.accept(nanos - its.nanos());
      }
    }
    for (Refusal refusal : answers.refused()) {
      String why = why(sentAs(refusal.id()), refusal);
      refusals.refused(refusal.id(), why, refusal.kind(), now);
      sent.remove(refusal.id());
    }
    retried = publisher.outstanding() == 0 ? NONE : retried;
    return true;
  }

  private Sent sentAs(long id) {
    return Objects.requireNonNull(sent.get(id), "it was never sent");
  }

  private static String why(Sent sent, Refusal refusal) {
    List<String> queues = Topology.queues(sent.exchange(), sent.routingKey());
    return switch (refusal.kind()) {
      case NACK ->
          "%s refuses messages (full, or without a majority of its replicas)"
              .formatted(String.join(" or ", queues));
      case UNROUTABLE ->
          sent.exchange().isEmpty()
              ? sent.routingKey() + " takes no messages: it is not there, or refuses them"
              : "%s; it is for %s".formatted(refusal.reason(), String.join(" and ", queues));
    };
  }

  /** What was answered before the channel was lost counts. */
  private void leave(MessagingException failure) throws InterruptedException {
    try {
      collect(Duration.ZERO);
    } catch (MessagingException e) {
      LOG.debug("No more answers: {}", e.detail());
    }
    long[] open =
        sent.keySet().stream().filter(id -> !confirmed.contains(id)).mapToLong(id -> id).toArray();
    refusals.channelEnded(failure, open, clock.instant());
    try {
      forgetConfirmed();
    } catch (StoreException e) {
      LOG.debug("What was confirmed will be sent again: {}", e.detail());
    }
  }

  private void forgetConfirmed() {
    if (confirmed.isEmpty()) {
      return;
    }
    doing = "deleting confirmed messages from the outbox";
    Collections.sort(confirmed);
    store.write(
        Durability.RELAXED,
        tx -> {
          lane.delete(tx, confirmed, id -> sentAs(id).at(), confirmedAt);
          return confirmed.size();
        });
    confirmed.forEach(sent::remove);
    confirmed.clear();
  }
}
