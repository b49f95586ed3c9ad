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
 * thread.
 */
public final class Purge {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int BATCH = 500;
  private static final int NO_PREFETCH_LIMIT = 0;

  private final RabbitBroker broker;
  private final Meant asked;
  private final Optional<Exporter> copies;

  /**
   * @param asked has looked at them, unless every letter is meant
   * @param copies empty when none are wanted
   */
  public Purge(RabbitBroker broker, Meant asked, Optional<Exporter> copies) {
    this.broker = broker;
    this.asked = asked;
    this.copies = copies;
  }

  /**
   * Removes what is meant of the first {@code depth} letters.
   *
   * @return how many
   * @throws MessagingException when the broker is lost: what was not acknowledged is there still,
   *     and perhaps in the file too
   * @throws IOException when a copy cannot be written; no letter is removed without one
   */
  public long run(String queue, long depth) throws IOException, InterruptedException {
    long removed = 0;
    int seen = 0;
    int last = (int) Math.min(depth, asked.lastPosition());
    try (Subscription letters = broker.subscribe(queue, NO_PREFETCH_LIMIT)) {
      while (seen < last) {
        List<Delivery> batch = letters.poll(Math.min(BATCH, last - seen), PATIENCE);
        if (batch.isEmpty()) {
          break; // somebody else took the rest
        }
        List<Delivery> meant = new ArrayList<>();
        for (Delivery letter : batch) {
          var view = DeadLetterView.of(++seen, letter);
          if (asked.isStill(view, letter)) {
            meant.add(letter);
            if (copies.isPresent()) {
              copies.get().write(view, letter);
            }
          } else {
            letters.leave(letter);
          }
        }
        if (copies.isPresent() && !meant.isEmpty()) {
          copies.get().sync();
        }
        meant.forEach(letters::settleOne);
        removed += meant.size();
      }
      awaitReceipt(letters);
    }
    return removed;
  }

  /** Else closing might overtake the acknowledgements. */
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
      Thread.sleep(5);
    }
  }
}
