package orderflow.cli.prove.probe;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import orderflow.messaging.Delivery;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Subscription;

/**
 * Removes the dead letters that a scenario made on purpose, and leaves all others where they are:
 * in a flow of somebody else nothing is to stay behind, and in a quorum queue a letter left behind
 * would keep the next run from looking.
 */
public final class DeadLetterRemover {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int BATCH = 500;
  private static final int NO_PREFETCH_LIMIT = 0;

  private DeadLetterRemover() {}

  /**
   * Answers how many were removed.
   *
   * @param queue the dead-letter queue
   * @throws MessagingException when the broker is lost; what was not removed is there still
   */
  public static int remove(RabbitBroker broker, String queue, Predicate<Delivery> isOwn)
      throws InterruptedException {
    long depth;
    try (QueueBrowser browser = broker.openBrowser()) {
      depth = browser.depth(queue).orElse(0);
    }
    if (depth == 0) {
      return 0;
    }
    int removed = 0;
    try (Subscription letters = broker.subscribe(queue, NO_PREFETCH_LIMIT)) {
      long seen = 0;
      long since = System.nanoTime();
      while (seen < depth && System.nanoTime() - since < PATIENCE.toNanos()) {
        List<Delivery> batch = letters.poll((int) Math.min(BATCH, depth - seen), POLL);
        for (Delivery letter : batch) {
          if (isOwn.test(letter)) {
            letters.ack(letter);
            removed++;
          } else {
            letters.release(letter);
          }
        }
        if (!batch.isEmpty()) {
          seen += batch.size();
          since = System.nanoTime();
        }
      }
      awaitReceipt(letters);
    }
    return removed;
  }

  /** Else closing might overtake the acknowledgements. */
  private static void awaitReceipt(Subscription letters) throws InterruptedException {
    var receipt = letters.ackBarrier();
    long start = System.nanoTime();
    while (!receipt.isReached() && System.nanoTime() - start < PATIENCE.toNanos()) {
      letters.poll(BATCH, POLL).forEach(letters::release);
    }
  }
}
