package orderflow.cli.deadletter;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Delivery;
import orderflow.messaging.Fingerprint;
import orderflow.messaging.QueueBrowser;

/**
 * Finds messages that were replayed and dead-lettered again: by body and number of replays. Notes
 * first which were there before, as a hash each. Browses only where that is safe. Used by one
 * thread.
 */
public final class RedeadDetector {
  /** So many hashes take a few megabytes. */
  private static final int MOST_NOTED = 100_000;

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration NOTING_LIMIT = Duration.ofMinutes(10);

  private final QueueBrowser browser;
  private final Map<String, Map<Long, Integer>> before = new HashMap<>();
  private final Set<String> crowded = new HashSet<>();

  public RedeadDetector(QueueBrowser browser) {
    this.browser = browser;
  }

  /** A hash of {@code body}. */
  static long mark(byte[] body) {
    return Fingerprint.of(body).high();
  }

  /** Notes the replayed messages that are in {@code queues} now. */
  public void note(Collection<String> queues) throws InterruptedException {
    for (String queue : queues) {
      Map<Long, Integer> noted = new HashMap<>();
      browse(
          queue,
          NOTING_LIMIT,
          message -> {
            noted.merge(identity(message), 1, Integer::sum);
            return noted.size() < MOST_NOTED;
          });
      before.put(queue, noted);
      if (noted.size() >= MOST_NOTED) {
        crowded.add(queue);
      }
    }
  }

  /**
   * The highest number of replays by mark, of messages with one of {@code marks} that came to
   * {@code queue} since. Empty where too many were there before.
   */
  public Map<Long, Integer> since(String queue, Set<Long> marks, Duration limit)
      throws InterruptedException {
    Map<Long, Integer> back = new HashMap<>();
    if (!crowded.contains(queue)) {
      Map<Long, Integer> noted = before.getOrDefault(queue, Map.of());
      Map<Long, Integer> seen = new HashMap<>();
      browse(
          queue,
          limit,
          message -> {
            long mark = mark(message.body());
            if (marks.contains(mark) && isNew(message, noted, seen)) {
              back.merge(mark, DeadLetter.replays(message), Math::max);
            }
            return true;
          });
    }
    return back;
  }

  /** Equal messages have the same dead-letter id, so copies are counted. */
  private static boolean isNew(
      Delivery message, Map<Long, Integer> noted, Map<Long, Integer> seen) {
    long identity = identity(message);
    return seen.merge(identity, 1, Integer::sum) > noted.getOrDefault(identity, 0);
  }

  private void browse(String queue, Duration limit, QueueBrowser.Visitor visitor)
      throws InterruptedException {
    if (browser.depth(queue).orElse(0) > 0
        && BrowseSafety.of(browser, queue).level() == BrowseSafety.Level.NONE) {
      long deadline = System.nanoTime() + limit.toNanos();
      browser.visit(
          queue,
          limit.compareTo(PATIENCE) < 0 ? limit : PATIENCE,
          message ->
              (DeadLetter.replays(message) == 0 || visitor.visit(message))
                  && System.nanoTime() - deadline < 0);
    }
  }

  private static long identity(Delivery message) {
    String id = message.properties().header(DeadLetter.ID);
    return id == null
        ? Fingerprint.of(message).high()
        : mark((id + " " + DeadLetter.replays(message)).getBytes(StandardCharsets.UTF_8));
  }
}
