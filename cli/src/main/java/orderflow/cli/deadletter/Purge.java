package orderflow.cli.deadletter;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orderflow.delivery.AckTracker;
import orderflow.messaging.Delivery;
import orderflow.messaging.MessagingException;
import orderflow.messaging.RabbitBroker;

/**
 * Takes dead letters out of a queue; each only once its copy has reached the disk. Used by one
 * thread, but for {@link #stop}.
 */
public final class Purge {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration GLANCE = Duration.ofMillis(100);
  private static final int BATCH = 500;
  private static final int NO_PREFETCH_LIMIT = 0;

  private final RabbitBroker broker;
  private final Meant meant;
  private long asked;
  private long removed;

  /** Not the thread's own interruption, which would close the file that it writes. */
  private volatile boolean stopped;

  /**
   * @param meant has looked at them, unless every letter is meant
   */
  public Purge(RabbitBroker broker, Meant meant) {
    this.broker = broker;
    this.meant = meant;
  }

  /** Lets {@link #run} end with what it has in hand. */
  public void stop() {
    stopped = true;
  }

  public boolean isStopped() {
    return stopped;
  }

  /** How many letters the broker is known to have removed, however it ended. */
  public long removed() {
    return removed;
  }

  /** How many more the broker was asked to remove. */
  public long unknown() {
    return asked - removed;
  }

  /**
   * Removes what is meant of the first {@code depth} letters. To be called once.
   *
   * @param copies empty when none are wanted
   * @throws MessagingException when the broker is lost: what was not acknowledged is there still,
   *     and perhaps in the file too
   * @throws IOException when a copy cannot be written; no letter is removed without one
   */
  public void run(String queue, long depth, Optional<ExportFile> copies)
      throws IOException, InterruptedException {
    int seen = 0;
    int last = (int) Math.min(depth, meant.lastPosition());
    try (var letters = new AckTracker<Integer>(broker.subscribe(queue, NO_PREFETCH_LIMIT))) {
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

  private List<Delivery> next(AckTracker<Integer> letters, int most) throws InterruptedException {
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
      List<Delivery> batch, int before, AckTracker<Integer> letters, Optional<ExportFile> copies)
      throws IOException {
    List<Chosen> chosen = new ArrayList<>();
    int position = before;
    for (Delivery letter : batch) {
      var view = DeadLetterInfo.of(++position, letter);
      if (meant.isStill(view, letter)) {
        chosen.add(new Chosen(view, letter));
      } else {
        letters.leave(letter);
      }
    }
    try {
      if (copies.isPresent() && !chosen.isEmpty()) {
        copy(chosen, copies.get());
      }
    } catch (IOException e) {
      chosen.forEach(one -> letters.leave(one.letter()));
      throw e;
    }
    for (Chosen one : chosen) {
      letters.remove(one.letter(), one.view().position()); // not its bytes, which add up
      letters.throwIfLost();
      asked++;
    }
    removed += letters.removed().size();
  }

  private record Chosen(DeadLetterInfo view, Delivery letter) {}

  private static void copy(List<Chosen> meant, ExportFile copies) throws IOException {
    for (Chosen one : meant) {
      copies.write(one.view(), one.letter());
    }
    copies.sync();
  }

  /**
   * Else closing might overtake the acknowledgements. Letters that arrive meanwhile are let go: the
   * answer is behind them.
   */
  private void awaitReceipt(AckTracker<Integer> letters) throws InterruptedException {
    long start = System.nanoTime();
    while (letters.isRemoving()) {
      removed += letters.removed().size();
      letters.letPass();
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new MessagingException(
            "the broker did not say within "
                + PATIENCE.toSeconds()
                + " s that it removed what it was asked to");
      }
    }
    letters.throwIfLost();
  }
}
