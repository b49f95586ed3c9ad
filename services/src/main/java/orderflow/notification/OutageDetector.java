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
 * Tells trouble with single notifications from trouble with the way all of them take: the server
 * cannot be used, or several different ones fail and none goes out in between. A refusal is held
 * against a notification only if another one went out since it was refused before: a server that
 * refuses everything says nothing about any of them. Not thread-safe.
 */
final class OutageDetector {
  /** One user's mailbox may be full; so many in a row say more about the server, or about us. */
  static final int IN_A_ROW = 5;

  /** Of more, the longest known are forgotten: they are refused once more before they count. */
  private static final int MAX_REFUSED = 10_000;

  private final Set<String> failing = new HashSet<>();

  /** How many had gone out when an order's notification was refused last. */
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
   * Learns from what was tried together.
   *
   * @return the orders whose refusal counts
   */
  Set<String> record(List<String> tried, List<Result> results) {
    long sentNow = results.stream().filter(Result.Sent.class::isInstance).count();
    sent += sentNow;
    Set<String> counted = new HashSet<>();
    for (int i = 0; i < results.size(); i++) {
      String orderId = tried.get(i);
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
      recordFailures(tried, results);
    }
    return counted;
  }

  private void recordFailures(List<String> tried, List<Result> results) {
    for (int i = 0; i < results.size(); i++) {
      switch (results.get(i)) {
        case Result.Sent() -> {}
        case Result.Unreachable(String reason, Duration _) -> this.reason = reason;
        case Result.Failed failed -> {
          if (failing.size() < IN_A_ROW) {
            failing.add(tried.get(i));
          }
          if (failing.size() == IN_A_ROW) {
            reason = "one notification after the other fails: " + failed.reason();
          }
        }
      }
    }
  }

  /** Why no notification goes out; empty while they do, as far as is known. */
  Optional<String> reason() {
    return Optional.ofNullable(reason);
  }

  void reset() {
    failing.clear();
    reason = null;
  }
}
