package orderflow.cli.deadletter;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import orderflow.delivery.AckTracker;
import orderflow.messaging.Delivery;
import orderflow.messaging.MessagingException;
import orderflow.messaging.RabbitBroker;
import org.jspecify.annotations.Nullable;

/**
 * The act step of a purge: removes dead letters, each only once its copy is on the disk. Used by
 * one thread, except {@link #stop}.
 */
public final class Purge {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int BATCH = 500;
  private static final int NO_PREFETCH_LIMIT = 0;

  private final RabbitBroker broker;
  private final DeadLetterFilter filter;
  private final @Nullable DeadLetterPlan plan;
  private final LongConsumer progress;
  private long acked;
  private long removed;

  /** Not the thread's interruption, which would close the export file. */
  private volatile boolean stopped;

  /**
   * @param plan the only messages to remove; null for all that {@code filter} selects
   * @param progress gets how many were removed so far
   */
  public Purge(
      RabbitBroker broker,
      DeadLetterFilter filter,
      @Nullable DeadLetterPlan plan,
      LongConsumer progress) {
    this.broker = broker;
    this.filter = filter;
    this.plan = plan;
    this.progress = progress;
  }

  /** Makes {@link #run} end after the current batch. */
  public void stop() {
    stopped = true;
  }

  public boolean isStopped() {
    return stopped;
  }

  /** How many messages the broker is known to have removed, however the run ended. */
  public long removed() {
    return removed;
  }

  /** How many more were acked. */
  public long unknown() {
    return acked - removed;
  }

  /**
   * Removes the selected messages among the first {@code depth}. To be called once.
   *
   * @param copies empty to keep none
   * @throws MessagingException when the broker is lost: unacked messages stay, perhaps with a copy
   * @throws IOException when a copy cannot be written; no message is removed without one
   */
  public void run(String queue, long depth, Optional<ExportFile> copies)
      throws IOException, InterruptedException {
    int seen = 0;
    int last = (int) Math.min(depth, filter.lastPosition());
    try (var messages = new AckTracker(broker.subscribe(queue, NO_PREFETCH_LIMIT))) {
      try {
        while (seen < last && !stopped && (plan == null || plan.size() > 0)) {
          List<Delivery> batch = next(messages, Math.min(BATCH, last - seen));
          if (batch.isEmpty()) {
            break; // another client took the rest
          }
          remove(batch, seen, messages, copies);
          seen += batch.size();
          progress.accept(removed);
        }
      } finally {
        awaitBarrier(messages);
      }
    }
  }

  private List<Delivery> next(AckTracker messages, int most) throws InterruptedException {
    long start = System.nanoTime();
    List<Delivery> batch = List.of();
    while (batch.isEmpty() && !stopped && System.nanoTime() - start < PATIENCE.toNanos()) {
      batch = messages.poll(most, PAUSE);
    }
    return batch;
  }

  private void remove(
      List<Delivery> batch, int before, AckTracker messages, Optional<ExportFile> copies)
      throws IOException {
    List<Delivery> selected = new ArrayList<>();
    int position = before;
    try {
      for (Delivery message : batch) {
        var info = DeadLetterInfo.of(++position, message);
        if (plan == null ? filter.matches(info) : plan.takeIfPlanned(message, position)) {
          selected.add(message);
          if (copies.isPresent()) {
            copies.get().write(info, message);
          }
        } else {
          messages.release(message);
        }
      }
      if (copies.isPresent() && !selected.isEmpty()) {
        copies.get().sync();
      }
    } catch (IOException e) {
      selected.forEach(messages::release);
      batch.subList(position - before, batch.size()).forEach(messages::release);
      throw e;
    }
    for (Delivery message : selected) {
      messages.ack(message);
      messages.throwIfLost();
      acked++;
    }
    removed += messages.removed().size();
  }

  /**
   * Closing might overtake the acks. Messages that arrive meanwhile are in front of the barrier.
   */
  private void awaitBarrier(AckTracker messages) throws InterruptedException {
    long start = System.nanoTime();
    while (messages.isAwaitingBarrier()) {
      removed += messages.removed().size();
      messages.releaseArrivals();
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new MessagingException(
            "the broker did not confirm within "
                + PATIENCE.toSeconds()
                + " s that it removed acked messages");
      }
    }
    messages.throwIfLost();
  }
}
