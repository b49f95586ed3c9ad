package orderflow.messaging;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queues that existed on the broker, to detect that one was deleted. Thread-safe. */
final class QueueHistory {
  private static final Logger LOG = LoggerFactory.getLogger("Topology");

  private static final int MOST_LOST = 1_000;

  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<String> lost = new ConcurrentLinkedQueue<>();

  boolean wasSeen(String queue) {
    return seen.contains(queue);
  }

  void seen(String queue) {
    seen.add(queue);
  }

  /** Reports the queue once, however many connections find it missing. */
  void missing(String queue) {
    if (seen.remove(queue)) {
      LOG.error(
          "Queue {} was deleted on the broker and is declared again. Its messages are lost, and"
              + " perhaps those published since; find the client that deletes it",
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
