package orderflow.messaging;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which queues this process has seen on its broker, so that one that is missing later is known to
 * have been deleted. Bounded by the number of queues. Thread-safe.
 */
final class QueueHistory {
  private static final Logger LOG = LoggerFactory.getLogger("Topology");

  /** More are not kept until they are taken; each is in the log. */
  private static final int MOST_LOST = 1_000;

  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<String> lost = new ConcurrentLinkedQueue<>();

  boolean wasSeen(String queue) {
    return seen.contains(queue);
  }

  void seen(String queue) {
    seen.add(queue);
  }

  /** Reports it once, however many connections find it missing. */
  void missing(String queue) {
    if (seen.remove(queue)) {
      LOG.error(
          "Queue {} was deleted on the broker and is declared again. The messages in it are lost,"
              + " and so may be those published until now; find out who deletes it",
          queue);
      if (lost.size() < MOST_LOST) {
        lost.add(queue);
      }
    }
  }

  /** The queues that were found missing since the last call. */
  List<String> takeLost() {
    List<String> taken = new ArrayList<>();
    for (String queue = lost.poll(); queue != null; queue = lost.poll()) {
      taken.add(queue);
    }
    return taken;
  }
}
