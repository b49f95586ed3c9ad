package orderflow.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import orderflow.delivery.MessageValidator.Validated;
import orderflow.event.Event;
import orderflow.event.Ids;
import orderflow.failpoint.Failpoint;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Delivery;
import orderflow.messaging.Fingerprint;
import orderflow.messaging.Subscription;
import orderflow.store.Store;
import orderflow.store.Store.Durability;
import orderflow.store.StoreException;
import orderflow.store.StoreException.Kind;
import orderflow.store.Tx;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The consumer. It takes the messages that have arrived, up to a batch. One transaction records
 * each event, applies its effect, and appends the next events and the dead letters to the outbox;
 * after the commit, one acknowledgement covers the batch.
 *
 * <p>A transient fault rolls back and the batch is tried again in place. A permanent one splits the
 * batch, so that only the faulty message is dead-lettered. A crash between commit and
 * acknowledgement makes recognised duplicates, and dead letters with the same id as before.
 *
 * @param <E> the events of the queue
 */
public final class BatchConsumer<E extends Event> implements WorkLoop {
  /** Larger transactions gain nothing and delay the others. */
  public static final int MAX_BATCH = 500;

  /** Enough to fill the next batch while one commits. */
  public static final int PREFETCH = 2 * MAX_BATCH;

  private static final Duration POLL_WAIT = Duration.ofMillis(250);

  /** A batch that was split can need hundreds of transactions: more than one step. */
  private static final Duration STEP_LIMIT = Duration.ofSeconds(1);

  /** Messages that cannot be handled for longer than this return to their queue. */
  private static final Duration BLOCKED_LIMIT = Duration.ofSeconds(5);

  private final Subscription subscription;
  private final Store store;
  private final Outbox outbox;
  private final Handler<E> handler;
  private final ConsumerMetrics metrics;
  private final long outboxLimit;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Logger log;

  private final List<Delivery> givenUp = new ArrayList<>();
  private List<Delivery> deliveries = List.of();
  private @Nullable Batch batch;
  private boolean crashed;
  private @Nullable Long blockedSince;
  private volatile String doing = "reading the store";

  private record Rejection(Delivery delivery, Disposition.Rejected disposition) {}

  private record Committed<E>(
      List<E> events, List<Disposition> dispositions, List<Rejection> rejections) {}

  /**
   * @param outboxLimit no message is taken while this many entries wait in the outbox
   * @param nanoTime as {@link System#nanoTime}
   */
  public BatchConsumer(
      Subscription subscription,
      Store store,
      Outbox outbox,
      Handler<E> handler,
      ConsumerMetrics metrics,
      long outboxLimit,
      Clock clock,
      LongSupplier nanoTime,
      Logger log) {
    this.subscription = subscription;
    this.store = store;
    this.outbox = outbox;
    this.handler = handler;
    this.metrics = metrics;
    this.outboxLimit = outboxLimit;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.log = log;
  }

  /**
   * Checks that messages can be handled. Call it before subscribing: a message that is delivered
   * and not handled counts against its queue's delivery limit.
   *
   * @throws StoreException when they cannot
   */
  public static void requireReady(Store store, Outbox outbox, long outboxLimit) {
    store.probe();
    requireRoom(store, outbox, outboxLimit);
  }

  private static void requireRoom(Store store, Outbox outbox, long outboxLimit) {
    if (store.read(outbox::depth) >= outboxLimit) {
      throw new StoreException(Kind.FULL, "the outbox is full: too much waits for the broker");
    }
  }

  @Override
  public String doing() {
    return doing;
  }

  /**
   * @throws StoreException when messages could not be handled for some seconds: closing this loop
   *     returns them to their queue
   */
  @Override
  public StepResult step() throws InterruptedException {
    try {
      StepResult result = processNext();
      blockedSince = null;
      return result;
    } catch (StoreException e) {
      long now = nanoTime.getAsLong();
      if (blockedSince == null) {
        blockedSince = now;
      }
      if (now - blockedSince > BLOCKED_LIMIT.toNanos()) {
        throw e;
      }
      return new StepResult.Blocked(e.detail());
    }
  }

  private StepResult processNext() throws InterruptedException {
    if (deliveries.isEmpty()) {
      doing = "reading the store";
      clear(givenUp); // their acknowledgement was sent
      givenUp.clear();
      requireRoom(store, outbox, outboxLimit);
      doing = "receiving messages";
      deliveries = subscription.poll(MAX_BATCH, POLL_WAIT);
      if (deliveries.isEmpty()) {
        return new StepResult.Idle();
      }
    }
    process(STEP_LIMIT);
    return new StepResult.Worked();
  }

  /** After {@code limit} it stops between two transactions, and keeps the rest of the batch. */
  private void process(Duration limit) {
    long end = nanoTime.getAsLong() + limit.toNanos();
    doing = "committing a batch";
    if (batch == null) {
      batch = new Batch(deliveries, recordSuspects(), log);
    }
    while (!batch.isDone()) {
      commitNext(batch);
      if (!batch.isDone() && nanoTime.getAsLong() - end >= 0) {
        return;
      }
    }
    doing = "acknowledging a batch";
    subscription.ackAll(deliveries);
    deliveries = List.of();
    batch = null;
    Failpoint.CONSUMER_ACK_AFTER.reach();
  }

  private Map<Long, Integer> recordSuspects() {
    List<Delivery> redelivered = deliveries.stream().filter(Delivery::redelivered).toList();
    return redelivered.isEmpty()
        ? Map.of()
        : store.write(Durability.SYNCED, tx -> CrashSuspects.record(tx, redelivered));
  }

  private void commitNext(Batch current) {
    Batch.Unit unit = current.current();
    if (unit.crashes() > 0) {
      // Relaxed: no message is to blame for a power cut.
      store.update(
          Durability.RELAXED,
          tx -> CrashSuspects.recordAlone(tx, unit.deliveries().getFirst(), unit.crashes()));
    }
    Committed<E> committed;
    boolean rejected = false;
    try {
      List<Validated<E>> messages = unit.validate(handler);
      rejected = messages.stream().allMatch(message -> message.rejected() != null);
      committed = commit(unit, messages);
    } catch (RuntimeException e) {
      if (e instanceof StoreException failure && failure.isTransient()) {
        throw failure;
      }
      current.failed(e, rejected);
      return;
    } catch (Error e) {
      crashed = true;
      throw e;
    }
    Failpoint.CONSUMER_COMMIT_AFTER.reach();
    current.committed();
    if (unit.rejection() != null) {
      givenUp.addAll(unit.deliveries());
    }
    outbox.committed();
    report(committed);
  }

  private Committed<E> commit(Batch.Unit unit, List<Validated<E>> messages) {
    List<E> events = new ArrayList<>();
    List<Delivery> origins = new ArrayList<>();
    List<Rejection> invalid = new ArrayList<>();
    for (Validated<E> message : messages) {
      if (message.event() != null) {
        events.add(message.event());
        origins.add(message.delivery());
      } else if (message.rejected() != null) {
        invalid.add(new Rejection(message.delivery(), message.rejected()));
      }
    }
    Instant now = clock.instant();
    return store.write(
        Durability.SYNCED,
        tx -> {
          List<Disposition> dispositions = handler.apply(tx, events, now);
          List<Rejection> rejections = new ArrayList<>();
          for (int i = 0; i < dispositions.size(); i++) {
            if (dispositions.get(i) instanceof Disposition.Rejected rejected) {
              rejections.add(new Rejection(origins.get(i), rejected));
            } else {
              ReplayLog.note(tx, events.get(i).orderId(), origins.get(i), now);
            }
          }
          rejections.addAll(invalid);
          rejections.forEach(rejection -> deadLetter(tx, rejection, now));
          for (Delivery delivery : unit.deliveries()) {
            if (unit.rejection() != null) {
              CrashSuspects.recordGivenUp(tx, delivery);
            } else if (delivery.redelivered()) {
              CrashSuspects.clear(tx, delivery);
            }
          }
          Failpoint.CONSUMER_COMMIT_BEFORE.reach();
          return new Committed<>(events, dispositions, rejections);
        });
  }

  private void deadLetter(Tx tx, Rejection rejection, Instant now) {
    Delivery delivery = rejection.delivery();
    Disposition.Rejected rejected = rejection.disposition();
    outbox.append(
        tx,
        DeadLetter.of(delivery, rejected.reason(), rejected.detail(), deadLetterId(delivery), now),
        now);
  }

  /** The same for each delivery of a message, so that copies of its dead letter are recognised. */
  private static String deadLetterId(Delivery delivery) {
    String message = delivery.queue() + " " + Fingerprint.ofRedelivery(delivery);
    return UUID.nameUUIDFromBytes(message.getBytes(UTF_8)).toString();
  }

  /** A handler that fails here must not block the queue: the transaction has committed. */
  private void report(Committed<E> committed) {
    try {
      committed.rejections().forEach(each -> metrics.deadLettered(each.disposition().reason()));
      committed.dispositions().forEach(metrics::handled);
      handler.committed(committed.events(), committed.dispositions());
    } catch (RuntimeException e) {
      log.error("Reporting a commit failed; the commit stands", e);
    }
    committed.rejections().forEach(this::logDeadLetter);
  }

  private void logDeadLetter(Rejection rejection) {
    Delivery delivery = rejection.delivery();
    String messageId = delivery.properties().messageId();
    log.warn(
        "Poison message ({}): {}; queue={} bytes={}{}",
        rejection.disposition().reason().wire(),
        rejection.disposition().detail(),
        delivery.queue(),
        delivery.body().length,
        messageId != null && Ids.isValid(messageId) ? " message_id=" + messageId : "");
  }

  @Override
  public void drain(Duration limit) {
    if (!deliveries.isEmpty()) {
      process(limit);
    }
  }

  @Override
  public void close() {
    try {
      if (!crashed) { // messages that return in good order crashed nothing
        clear(
            deliveries.stream()
                .filter(delivery -> delivery.redelivered() && !givenUp.contains(delivery))
                .toList());
      }
    } catch (RuntimeException e) {
      log.debug("Crash suspects stay recorded", e);
    } finally {
      subscription.close();
    }
  }

  private void clear(List<Delivery> suspects) {
    if (!suspects.isEmpty()) {
      store.update(
          Durability.RELAXED, tx -> suspects.forEach(each -> CrashSuspects.clear(tx, each)));
    }
  }
}
