package orderflow.cli.deadletter;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orderflow.messaging.Delivery;
import orderflow.messaging.MessagingException;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Subscription;

/**
 * Takes dead letters out of a queue; each only once its copy has reached the disk. Used by one
 * thread, but for {@link #stop}.
 */
public final class Purge {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration GLANCE = Duration.ofMillis(100);
  private static final Duration RECEIPT_PAUSE = Duration.ofMillis(5);
  private static final int BATCH = 500;
  private static final int NO_PREFETCH_LIMIT = 0;

  private final RabbitBroker broker;
  private final Meant asked;
  private long removed;

  /** Not the thread's own interruption, which would close the file that it writes. */
  private volatile boolean stopped;

  /**
   * @param asked has looked at them, unless every letter is meant
   */
  public Purge(RabbitBroker broker, Meant asked) {
    this.broker = broker;
    this.asked = asked;
  }

  /** Lets {@link #run} end with what it has in hand. */
  public void stop() {
    stopped = true;
  }

  public boolean isStopped() {
    return stopped;
  }

  /** How many letters it has removed, however it ended. */
  public long removed() {
    return removed;
  }

  /**
   * Removes what is meant of the first {@code depth} letters. To be called once.
   *
   * @param copies empty when none are wanted
   * @throws MessagingException when the broker is lost: what was not acknowledged is there still,
   *     and perhaps in the file too
   * @throws IOException when a copy cannot be written; no letter is removed without one
   */
  public void run(String queue, long depth, Optional<Exporter> copies)
      throws IOException, InterruptedException {
    int seen = 0;
    int last = (int) Math.min(depth, asked.lastPosition());
    try (Subscription letters = broker.subscribe(queue, NO_PREFETCH_LIMIT)) {
      try {
        while (seen < last && !stopped) {
          List<Delivery> batch = next(letters, Math.min(BATCH, last - seen));
          if (batch.isEmpty()) {
            break; // somebody else took the rest
          }
          take(batch, seen, letters, copies);
          seen += batch.size();
        }
      } finally {
        awaitReceipt(letters);
      }
    }
  }

  private List<Delivery> next(Subscription letters, int most) throws InterruptedException {
    long start = System.nanoTime();
    List<Delivery> batch = List.of();
    while (batch.isEmpty() && !stopped && System.nanoTime() - start < PATIENCE.toNanos()) {
      batch = letters.poll(most, GLANCE);
    }
    return batch;
  }

  /**
   * @param before how many lie before the first of them
   */
  private void take(
      List<Delivery> batch, int before, Subscription letters, Optional<Exporter> copies)
      throws IOException {
    List<Chosen> meant = new ArrayList<>();
    int position = before;
    for (Delivery letter : batch) {
      var view = DeadLetterView.of(++position, letter);
      if (asked.isStill(view, letter)) {
        meant.add(new Chosen(view, letter));
      } else {
        letters.leave(letter);
      }
    }
    try {
      if (copies.isPresent() && !meant.isEmpty()) {
        copy(meant, copies.get());
      }
    } catch (IOException e) {
      meant.forEach(one -> letters.leave(one.letter()));
      throw e;
    }
    for (Chosen one : meant) {
      letters.settleOne(one.letter());
      removed++;
    }
  }

  private record Chosen(DeadLetterView view, Delivery letter) {}

  private static void copy(List<Chosen> meant, Exporter copies) throws IOException {
    for (Chosen one : meant) {
      copies.write(one.view(), one.letter());
    }
    copies.sync();
  }

  /**
   * Else closing might overtake the acknowledgements. Letters that arrive meanwhile are let go: the
   * answer is behind them.
   */
  private static void awaitReceipt(Subscription letters) throws InterruptedException {
    var receipt = letters.receipt();
    long start = System.nanoTime();
    while (!receipt.arrived()) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new MessagingException(
            "the broker did not say within "
                + PATIENCE.toSeconds()
                + " s that it removed what it was asked to; some may be there still");
      }
      letters.poll(BATCH, RECEIPT_PAUSE).forEach(letters::leave);
    }
  }
}
