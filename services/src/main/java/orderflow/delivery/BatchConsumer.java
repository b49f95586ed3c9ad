package orderflow.delivery;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import orderflow.delivery.Screening.Screened;
import orderflow.event.Event;
import orderflow.event.Ids;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Delivery;
import orderflow.messaging.Subscription;
import orderflow.store.Store;
import orderflow.store.Store.Durability;
import orderflow.store.StoreException;
import orderflow.store.Tx;
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
public final class BatchConsumer<E extends Event> implements Session {
  /** What one transaction takes; larger ones gain nothing and hold up the others. */
  public static final int MAX_BATCH = 500;

  /** Enough to fill the next batch while one commits. */
  public static final int PREFETCH = 2 * MAX_BATCH;

  private static final int MAX_FAILURES = 3;
  private static final Duration POLL_WAIT = Duration.ofMillis(250);

  private final Subscription subscription;
  private final Store store;
  private final Outbox outbox;
  private final Handler<E> handler;
  private final Clock clock;
  private final Logger log;

  private List<Delivery> batch = List.of();
  private boolean planned;
  private final Deque<Unit<E>> units = new ArrayDeque<>();

  /**
   * What one transaction covers.
   *
   * @param deaths how many ends of the process are blamed on it; above 0 it is one message alone
   * @param failures how often it has failed for good
   */
  private record Unit<E>(List<Screened<E>> messages, int deaths, int failures) {}

  public BatchConsumer(
      Subscription subscription,
      Store store,
      Outbox outbox,
      Handler<E> handler,
      Clock clock,
      Logger log) {
    this.subscription = subscription;
    this.store = store;
    this.outbox = outbox;
    this.handler = handler;
    this.clock = clock;
    this.log = log;
  }

  @Override
  public Step step() throws InterruptedException {
    if (batch.isEmpty()) {
      batch = subscription.poll(MAX_BATCH, POLL_WAIT);
      if (batch.isEmpty()) {
        return new Step.Idle();
      }
    }
    return process();
  }

  private Step process() {
    try {
      if (!planned) {
        plan();
        planned = true;
      }
      while (!units.isEmpty()) {
        Unit<E> unit = units.getFirst();
        try {
          blame(unit);
          commit(unit);
          units.removeFirst();
        } catch (RuntimeException e) {
          if (e instanceof StoreException failure && failure.isTransient()) {
            throw failure;
          }
          breakUp(unit, e);
        }
      }
    } catch (StoreException e) {
      return new Step.Blocked(e.detail());
    }
    subscription.settle(batch);
    forgetBatch();
    return new Step.Worked();
  }

  /**
   * One unit for all, except that each message that was there when the process ended goes alone.
   */
  private void plan() {
    units.clear();
    List<Delivery> redelivered = batch.stream().filter(Delivery::redelivered).toList();
    List<Integer> deaths =
        redelivered.isEmpty()
            ? List.of()
            : store.write(Durability.SYNCED, tx -> Suspects.begin(tx, redelivered));
    List<Screened<E>> together = new ArrayList<>(batch.size());
    int next = 0;
    for (Delivery delivery : batch) {
      int died = delivery.redelivered() ? deaths.get(next++) : 0;
      if (died == 0) {
        together.add(Screening.of(delivery, handler));
      } else if (died <= Suspects.MAX_DEATHS) {
        units.add(new Unit<>(List.of(Screening.of(delivery, handler)), died, 0));
      } else {
        units.add(
            new Unit<>(
                List.of(
                    givenUp(delivery, "the process ended " + died + " times while handling it")),
                0,
                0));
      }
    }
    if (!together.isEmpty()) {
      units.addFirst(new Unit<>(together, 0, 0));
    }
  }

  /** It need not survive a power cut, which is nobody's fault among the messages. */
  private void blame(Unit<E> unit) {
    if (unit.deaths() > 0) {
      store.write(
          Durability.RELAXED,
          tx -> {
            Suspects.beginAlone(tx, unit.messages().getFirst().delivery(), unit.deaths());
            return unit.deaths();
          });
    }
  }

  private void commit(Unit<E> unit) {
    List<E> events = new ArrayList<>();
    List<Delivery> origins = new ArrayList<>();
    for (Screened<E> message : unit.messages()) {
      if (message.event() != null) {
        events.add(message.event());
        origins.add(message.delivery());
      }
    }
    Instant now = clock.instant();
    List<Verdict> verdicts =
        store.write(
            Durability.SYNCED,
            tx -> {
              List<Verdict> applied = handler.apply(tx, events, now);
              for (int i = 0; i < applied.size(); i++) {
                if (applied.get(i) instanceof Verdict.Rejected rejected) {
                  bury(tx, origins.get(i), rejected, now);
                }
              }
              for (Screened<E> message : unit.messages()) {
                if (message.rejected() != null) {
                  bury(tx, message.delivery(), message.rejected(), now);
                }
                if (message.delivery().redelivered()) {
                  Suspects.clear(tx, message.delivery());
                }
              }
              return applied;
            });
    outbox.committed();
    report(unit, events, origins, verdicts);
  }

  private void bury(Tx tx, Delivery delivery, Verdict.Rejected rejected, Instant now) {
    outbox.append(tx, DeadLetter.of(delivery, rejected.reason(), rejected.detail(), now), now);
  }

  private void report(
      Unit<E> unit, List<E> events, List<Delivery> origins, List<Verdict> verdicts) {
    handler.committed(events, verdicts);
    for (int i = 0; i < verdicts.size(); i++) {
      if (verdicts.get(i) instanceof Verdict.Rejected rejected) {
        buried(origins.get(i), rejected);
      }
    }
    for (Screened<E> message : unit.messages()) {
      if (message.rejected() != null) {
        buried(message.delivery(), message.rejected());
      }
    }
  }

  private void buried(Delivery delivery, Verdict.Rejected rejected) {
    String messageId = delivery.properties().messageId();
    log.warn(
        "Poison message ({}): {}; queue={} bytes={}{}",
        rejected.reason().wire(),
        rejected.detail(),
        delivery.queue(),
        delivery.body().length,
        messageId != null && Ids.isValid(messageId) ? " message_id=" + messageId : "");
  }

  /** Puts other units in the place of the first one, which has failed for good. */
  private void breakUp(Unit<E> unit, RuntimeException failure) {
    Screened<E> message = unit.messages().getFirst();
    int failures = unit.failures() + 1;
    if (unit.messages().size() == 1 && failures >= MAX_FAILURES && message.rejected() != null) {
      throw failure; // not even its dead letter can be stored: that is the store's fault
    }
    units.removeFirst();
    if (unit.messages().size() > 1) {
      log.warn("A batch of {} failed; trying its messages alone", unit.messages().size(), failure);
      unit.messages()
          .reversed()
          .forEach(each -> units.addFirst(new Unit<>(List.of(each), unit.deaths(), 0)));
    } else if (failures < MAX_FAILURES) {
      units.addFirst(new Unit<>(unit.messages(), unit.deaths(), failures));
    } else {
      log.error("A message failed {} times alone", failures, failure);
      String detail =
          "processing failed %d times: %s".formatted(failures, failure.getClass().getSimpleName());
      units.addFirst(new Unit<>(List.of(givenUp(message.delivery(), detail)), unit.deaths(), 0));
    }
  }

  private Screened<E> givenUp(Delivery delivery, String detail) {
    return new Screened<>(delivery, null, new Verdict.Rejected(Reason.PROCESSING, detail));
  }

  private void forgetBatch() {
    batch = List.of();
    units.clear();
    planned = false;
  }

  @Override
  public void drain(Duration limit) {
    if (!batch.isEmpty()) {
      process();
    }
  }

  /** A batch that is given up in good order did not end the process. */
  @Override
  public void close() {
    if (batch.stream().anyMatch(Delivery::redelivered)) {
      try {
        store.write(
            Durability.RELAXED,
            tx -> {
              batch.stream().filter(Delivery::redelivered).forEach(d -> Suspects.clear(tx, d));
              return batch.size();
            });
      } catch (StoreException e) {
        log.debug("Suspects stay written down: {}", e.detail());
      }
    }
    subscription.close();
  }
}
