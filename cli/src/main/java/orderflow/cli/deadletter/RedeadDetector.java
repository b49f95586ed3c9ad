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
 * Finds the letters that were sent back and died again: with the same body, and replayed as often.
 * One that lay there before is none of them, so those are noted first: in a hash each, and only
 * those that were ever replayed. Does not look where looking may delete. Used by one thread.
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

  /**
   * What a body is known by.
   *
   * @return the same for the same bytes
   */
  static long mark(byte[] body) {
    return Fingerprint.of(body).high();
  }

  /** Notes what lies in {@code queues} now. */
  public void note(Collection<String> queues) throws InterruptedException {
    for (String queue : queues) {
      Map<Long, Integer> noted = new HashMap<>();
      look(
          queue,
          NOTING_LIMIT,
          letter -> {
            noted.merge(identity(letter), 1, Integer::sum);
            return noted.size() < MOST_NOTED;
          });
      before.put(queue, noted);
      if (noted.size() >= MOST_NOTED) {
        crowded.add(queue);
      }
    }
  }

  /**
   * The letters of {@code queue} with one of the bodies {@code marks} that came since: how often
   * one was replayed at most, by its mark. None where too many lay there to tell.
   *
   * @param limit for the look
   */
  public Map<Long, Integer> since(String queue, Set<Long> marks, Duration limit)
      throws InterruptedException {
    Map<Long, Integer> back = new HashMap<>();
    if (!crowded.contains(queue)) {
      Map<Long, Integer> noted = before.getOrDefault(queue, Map.of());
      Map<Long, Integer> seen = new HashMap<>();
      look(
          queue,
          limit,
          letter -> {
            long mark = mark(letter.body());
            if (marks.contains(mark) && isNew(letter, noted, seen)) {
              back.merge(mark, DeadLetter.replays(letter), Math::max);
            }
            return true;
          });
    }
    return back;
  }

  /** A letter with an id has copies at most; of others that are the same there may be many. */
  private static boolean isNew(Delivery letter, Map<Long, Integer> noted, Map<Long, Integer> seen) {
    long identity = identity(letter);
    int before = noted.getOrDefault(identity, 0);
    return letter.properties().header(DeadLetter.ID) != null
        ? before == 0
        : seen.merge(identity, 1, Integer::sum) > before;
  }

  private void look(String queue, Duration limit, QueueBrowser.Visitor visitor)
      throws InterruptedException {
    if (browser.depth(queue).orElse(0) > 0
        && BrowseSafety.of(browser, queue).level() == BrowseSafety.Level.NONE) {
      long deadline = System.nanoTime() + limit.toNanos();
      browser.visit(
          queue,
          limit.compareTo(PATIENCE) < 0 ? limit : PATIENCE,
          letter ->
              (DeadLetter.replays(letter) == 0 || visitor.visit(letter))
                  && System.nanoTime() - deadline < 0);
    }
  }

  private static long identity(Delivery letter) {
    String id = letter.properties().header(DeadLetter.ID);
    return id == null
        ? Fingerprint.of(letter).high()
        : mark((id + " " + DeadLetter.replays(letter)).getBytes(StandardCharsets.UTF_8));
  }
}
