package orderflow.notification;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import orderflow.notification.Notifier.Result;
import org.jspecify.annotations.Nullable;

/**
 * Tells trouble with single notifications from trouble with the way all of them take: the server
 * cannot be used, or several different ones fail and none goes out in between. Not thread-safe.
 */
final class Outage {
  /** One user's mailbox may be full; so many in a row say more about the server, or about us. */
  static final int IN_A_ROW = 5;

  private final Set<String> failing = new HashSet<>();
  private @Nullable String why;

  /** Learns from what was tried together. */
  void learn(List<NotificationTable.Row> tried, List<Result> results) {
    if (results.stream().anyMatch(Result.Sent.class::isInstance)) {
      over();
      return;
    }
    for (int i = 0; i < results.size(); i++) {
      switch (results.get(i)) {
        case Result.Sent() -> {}
        case Result.Unreachable(String reason) -> why = reason;
        case Result.Failed failed -> {
          if (failing.size() < IN_A_ROW) {
            failing.add(tried.get(i).notification().orderId());
          }
          if (failing.size() == IN_A_ROW) {
            why = "one notification after the other fails: " + failed.why();
          }
        }
      }
    }
  }

  /** Why no notification goes out; empty while they do, as far as is known. */
  Optional<String> why() {
    return Optional.ofNullable(why);
  }

  void over() {
    failing.clear();
    why = null;
  }
}
