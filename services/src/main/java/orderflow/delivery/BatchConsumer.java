package orderflow.delivery;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import orderflow.delivery.MessageValidator.Validated;
import orderflow.event.Event;
import orderflow.event.Ids;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Delivery;
import orderflow.messaging.Subscription;
import orderflow.store.Store;
import orderflow.store.Store.Durability;
import orderflow.store.StoreException;
import orderflow.store.StoreException.Kind;
import orderflow.store.Tx;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The consumer: takes what has arrived, up to a batch; in one transaction records each event,
 * applies its effect, and appends the next events and the dead letters to the outbox; and
 * acknowledges only what has committed.
 *
 * <p>A transient fault leaves everything as it was, to be tried again in place. A permanent one
 * breaks the batch up, so that it hits only the message it belongs to.
 *
 * @param <E> the events of the queue
 */
public final class BatchConsumer<E extends Event> implements WorkLoop {
  /** What one transaction takes; larger ones gain nothing and hold up the others. */
  public static final int MAX_BATCH = 500;

  /** Enough to fill the next batch while one commits. */
  public static final int PREFETCH = 2 * MAX_BATCH;

  private static final Duration POLL_WAIT = Duration.ofMillis(250);

  /** A batch that was broken up can take hundreds of transactions; then a step is not all of it. */
  private static final Duration STEP_LIMIT = Duration.ofSeconds(1);

  /** For so long messages are held while they cannot be handled; then they go back. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Subscription subscription;
  private final Store store;
  private final Outbox outbox;
  private final Handler<E> handler;
  private final long outboxLimit;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Logger log;

  private final DeadLetterLog deadLetters;

  private List<Delivery> deliveries = List.of();
  private @Nullable Batch batch;
  private boolean died;
  private boolean blocked;
  private long blockedSince;
  private volatile String doing = "reading the store";

  /** What one transaction has done; the events and their origins in the order of the verdicts. */
  private record Done<E>(
      List<Validated<E>> messages,
      List<E> events,
      List<Delivery> origins,
      List<Disposition> verdicts,
      List<Reason> deadLetters) {}

  /**
   * @param outboxLimit how many entries may wait in the outbox before nothing more is taken
   * @param nanoTime as {@link System#nanoTime}
   * @param random names batches
   */
  public BatchConsumer(
      Subscription subscription,
      Store store,
      Outbox outbox,
      Handler<E> handler,
      long outboxLimit,
      Clock clock,
      LongSupplier nanoTime,
      RandomGenerator random,
      Logger log) {
    this.subscription = subscription;
    this.store = store;
    this.outbox = outbox;
    this.handler = handler;
    this.outboxLimit = outboxLimit;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.log = log;
    this.deadLetters = new DeadLetterLog(handler.queue(), random);
  }

  /**
   * Whether messages could be handled now. To be asked before subscribing: what is delivered and
   * cannot be handled counts against its queue's delivery limit.
   *
   * @throws StoreException when they could not
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
   * @throws StoreException when messages could not be handled for some seconds, so that the session
   *     ends and they go back to their queue
   */
  @Override
  public StepResult step() throws InterruptedException {
    try {
      StepResult step = take();
      blocked = false;
      return step;
    } catch (StoreException e) {
      long now = nanoTime.getAsLong();
      if (!blocked) {
        blocked = true;
        blockedSince = now;
      }
      if (now - blockedSince > PATIENCE.toNanos()) {
        throw e;
      }
      return new StepResult.Blocked(e.detail());
    }
  }

  private StepResult take() throws InterruptedException {
    doing = "reading the store";
    deadLetters.collect(store, subscription);
    if (deliveries.isEmpty()) {
      requireRoom(store, outbox, outboxLimit);
      doing = "receiving messages";
      deliveries = subscription.poll(MAX_BATCH, POLL_WAIT);
      if (deliveries.isEmpty()) {
        return new StepResult.Idle();
      }
      deadLetters.begin(deliveries);
    }
    process(STEP_LIMIT);
    return new StepResult.Worked();
  }

  /** Ends between two transactions once {@code limit} is over; the batch then stays in hand. */
  private void process(Duration limit) {
    long end = nanoTime.getAsLong() + limit.toNanos();
    Batch current = batch;
    doing = "committing a batch";
    if (current == null) {
      current = plan();
      batch = current;
    }
    while (!current.isDone()) {
      commitNext(current);
      if (!current.isDone() && nanoTime.getAsLong() - end >= 0) {
        return;
      }
    }
    doing = "acknowledging a batch";
    subscription.ackAll(deliveries);
    deadLetters.settled(subscription);
    deliveries = List.of();
    batch = null;
  }

  private void commitNext(Batch current) {
    Batch.Unit unit = current.current();
    recordAlone(unit);
    Done<E> done;
    boolean dead = false;
    try {
      List<Validated<E>> messages = unit.screen(handler);
      dead = messages.stream().allMatch(message -> message.rejected() != null);
      done = commit(messages);
    } catch (RuntimeException e) {
      if (e instanceof StoreException failure && failure.isTransient()) {
        throw failure;
      }
      current.failed(e, dead);
      return;
    } catch (Error e) {
      died = true;
      throw e;
    }
    current.committed();
    outbox.committed();
    report(done);
  }

  /** Redelivered messages have a history here, the others none. */
  private Batch plan() {
    List<Delivery> redelivered = deliveries.stream().filter(Delivery::redelivered).toList();
    Set<Long> dead = deadLetters.recognise(store, redelivered);
    List<Delivery> open =
        redelivered.stream().filter(delivery -> !dead.contains(delivery.tag())).toList();
    Map<Long, Integer> deaths =
        open.isEmpty()
            ? Map.of()
            : store.write(Durability.SYNCED, tx -> CrashSuspects.record(tx, open));
    return new Batch(deliveries, dead, deaths, log);
  }

  /** It need not survive a power cut, which is nobody's fault among the messages. */
  private void recordAlone(Batch.Unit unit) {
    if (unit.crashes() > 0) {
      store.write(
          Durability.RELAXED,
          tx -> {
            CrashSuspects.recordAlone(tx, unit.deliveries().getFirst(), unit.crashes());
            return unit.crashes();
          });
    }
  }

  private Done<E> commit(List<Validated<E>> messages) {
    List<E> events = new ArrayList<>();
    List<Delivery> origins = new ArrayList<>();
    for (Validated<E> message : messages) {
      if (message.event() != null) {
        events.add(message.event());
        origins.add(message.delivery());
      }
    }
    Instant now = clock.instant();
    List<Reason> added = new ArrayList<>();
    List<Disposition> verdicts =
        store.write(
            Durability.SYNCED,
            tx -> {
              List<Disposition> applied = handler.apply(tx, events, now);
              for (int i = 0; i < applied.size(); i++) {
                if (applied.get(i) instanceof Disposition.Rejected rejected) {
                  deadLetter(tx, origins.get(i), rejected, now, added);
                } else {
                  ReplayLog.note(tx, events.get(i).orderId(), origins.get(i), now);
                }
              }
              for (Validated<E> message : messages) {
                if (message.rejected() != null) {
                  deadLetter(tx, message.delivery(), message.rejected(), now, added);
                }
                if (message.delivery().redelivered()) {
                  CrashSuspects.clear(tx, message.delivery());
                }
              }
              return applied;
            });
    return new Done<>(messages, events, origins, verdicts, added);
  }

  private void deadLetter(
      Tx tx, Delivery delivery, Disposition.Rejected rejected, Instant now, List<Reason> added) {
    if (deadLetters.add(tx, delivery)) {
      String id = deadLetters.id(delivery);
      outbox.append(
          tx, DeadLetter.of(delivery, rejected.reason(), rejected.detail(), id, now), now);
      added.add(rejected.reason());
    }
  }

  /** A log or a counter that fails must not hold up the queue: what is committed is done. */
  private void report(Done<E> done) {
    try {
      done.deadLetters().forEach(handler::deadLettered);
      handler.committed(done.events(), done.verdicts());
    } catch (RuntimeException e) {
      log.error("Telling what was committed failed; it stands", e);
    }
    for (int i = 0; i < done.verdicts().size(); i++) {
      if (done.verdicts().get(i) instanceof Disposition.Rejected rejected) {
        logDeadLetter(done.origins().get(i), rejected);
      }
    }
    for (Validated<E> message : done.messages()) {
      if (message.rejected() != null) {
        logDeadLetter(message.delivery(), message.rejected());
      }
    }
  }

  private void logDeadLetter(Delivery delivery, Disposition.Rejected rejected) {
    String messageId = delivery.properties().messageId();
    log.warn(
        "Poison message ({}): {}; queue={} bytes={}{}",
        rejected.reason().wire(),
        rejected.detail(),
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
      if (!died) {
        clearSuspects();
      }
    } catch (RuntimeException e) {
      log.debug("Crash suspects stay recorded", e);
    } finally {
      subscription.close();
    }
  }

  /** A batch that is given up in good order ended nothing. */
  private void clearSuspects() {
    List<Delivery> suspects = deliveries.stream().filter(Delivery::redelivered).toList();
    if (!suspects.isEmpty()) {
      store.write(
          Durability.RELAXED,
          tx -> {
            suspects.forEach(delivery -> CrashSuspects.clear(tx, delivery));
            return suspects.size();
          });
    }
  }
}
