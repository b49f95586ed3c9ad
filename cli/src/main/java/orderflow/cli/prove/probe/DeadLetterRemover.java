package orderflow.cli.prove.probe;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orderflow.messaging.Delivery;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Subscription;

/**
 * Removes the dead letters of one run's poison messages and keeps all others: in a shared flow
 * nothing may stay behind, and in a quorum queue a leftover would keep the next run from browsing.
 *
 * <p>Recognises them by message id; where a consumer drops the id, by their bytes, at most as many
 * as were sent. Not thread-safe.
 */
public final class DeadLetterRemover {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int BATCH = 500;
  private static final int NO_PREFETCH_LIMIT = 0;

  private final Set<String> ids;
  private final Map<String, PoisonKind> sent;
  private final Set<String> found = new HashSet<>();

  private DeadLetterRemover(Set<String> ids, Map<String, PoisonKind> sent) {
    this.ids = Set.copyOf(ids);
    this.sent = Map.copyOf(sent);
  }

  /**
   * Returns the number of removed messages.
   *
   * @param queue the dead-letter queue
   * @param sent the poison messages by message id
   * @throws MessagingException when the connection is lost; the rest is in the queue still
   */
  public static int remove(RabbitBroker broker, String queue, Map<String, PoisonKind> sent)
      throws InterruptedException {
    return remove(broker, queue, new DeadLetterRemover(sent.keySet(), sent));
  }

  /**
   * The same for messages that keep their ids.
   *
   * @param sent the message ids
   */
  public static int remove(RabbitBroker broker, String queue, Set<String> sent)
      throws InterruptedException {
    return remove(broker, queue, new DeadLetterRemover(sent, Map.of()));
  }

  private static int remove(RabbitBroker broker, String queue, DeadLetterRemover remover)
      throws InterruptedException {
    long depth;
    try (QueueBrowser browser = broker.openBrowser()) {
      depth = browser.depth(queue).orElse(0);
    }
    if (depth == 0) {
      return 0;
    }
    try (Subscription subscription = broker.subscribe(queue, NO_PREFETCH_LIMIT)) {
      return remover.remove(subscription, depth);
    }
  }

  private int remove(Subscription subscription, long depth) throws InterruptedException {
    int removed = 0;
    long seen = 0;
    long since = System.nanoTime();
    while (seen < depth && System.nanoTime() - since < PATIENCE.toNanos()) {
      List<Delivery> batch = subscription.poll((int) Math.min(BATCH, depth - seen), POLL);
      for (Delivery delivery : batch) {
        if (isOwn(delivery)) {
          subscription.ack(delivery);
          removed++;
        } else {
          subscription.release(delivery);
        }
      }
      if (!batch.isEmpty()) {
        seen += batch.size();
        since = System.nanoTime();
      }
    }
    // Closing the channel could overtake the acks.
    var acks = subscription.ackBarrier();
    long start = System.nanoTime();
    while (!acks.isReached() && System.nanoTime() - start < PATIENCE.toNanos()) {
      subscription.poll(BATCH, POLL).forEach(subscription::release);
    }
    return removed;
  }

  private boolean isOwn(Delivery delivery) {
    String header = delivery.properties().header(DeadLetterSearch.HEADER);
    String id = header == null ? delivery.properties().messageId() : header;
    if (id != null) {
      found.add(id);
      return ids.contains(id);
    }
    Optional<String> sameBytes =
        sent.entrySet().stream()
            .filter(entry -> entry.getValue().isBodyOf(delivery))
            .map(Map.Entry::getKey)
            .filter(unseen -> !found.contains(unseen))
            .findFirst();
    sameBytes.ifPresent(found::add);
    return sameBytes.isPresent();
  }
}
