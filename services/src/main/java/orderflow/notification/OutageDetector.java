package orderflow.notification;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orderflow.notification.Notifier.Result;
import org.jspecify.annotations.Nullable;

/**
 * Distinguishes the failure of single notifications from an outage of the server: it is
 * unreachable, or several different notifications fail and none is sent in between. A refusal
 * counts against a notification only if another one was sent since its last refusal: a server that
 * refuses everything proves nothing about any of them. Not thread-safe.
 */
final class OutageDetector {
  /** A single mailbox may be full; this many failures in a row are an outage. */
  static final int MAX_FAILURES = 5;

  /** The oldest beyond this are dropped, and need one more refusal before they count. */
  private static final int MAX_REFUSED = 10_000;

  private final Set<String> failing = new HashSet<>();

  /** By refused order: the number of notifications sent before its last refusal. */
  private final Map<String, Long> refused =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MAX_REFUSED;
        }
      };

  private long sent;
  private @Nullable String reason;

  /**
   * Records the results of one batch.
   *
   * @return the orders whose refusal counts
   */
  Set<String> record(List<String> orderIds, List<Result> results) {
    long sentNow = results.stream().filter(Result.Sent.class::isInstance).count();
    sent += sentNow;
    Set<String> counted = new HashSet<>();
    for (int i = 0; i < results.size(); i++) {
      String orderId = orderIds.get(i);
      if (results.get(i) instanceof Result.Refused) {
        Long before = refused.put(orderId, sent);
        if (sentNow > 0 || (before != null && sent > before)) {
          counted.add(orderId);
        }
      } else if (results.get(i) instanceof Result.Sent) {
        refused.remove(orderId);
      }
    }
    if (sentNow > 0) {
      reset();
    } else {
      recordFailures(orderIds, results);
    }
    return counted;
  }

  private void recordFailures(List<String> orderIds, List<Result> results) {
    for (int i = 0; i < results.size(); i++) {
      switch (results.get(i)) {
        case Result.Sent() -> {}
        case Result.Unreachable(String why, Duration _) -> reason = why;
        case Result.Failed failed -> {
          if (failing.size() < MAX_FAILURES) {
            failing.add(orderIds.get(i));
          }
          if (failing.size() == MAX_FAILURES) {
            reason = "one notification after the other fails: " + failed.reason();
          }
        }
      }
    }
  }

  /** Why no notification can be sent; empty while no outage is known. */
  Optional<String> reason() {
    return Optional.ofNullable(reason);
  }

  void reset() {
    failing.clear();
    reason = null;
  }
}
