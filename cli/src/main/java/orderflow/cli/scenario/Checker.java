package orderflow.cli.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import orderflow.cli.scenario.Verdict.Books;

/**
 * Holds what clients were told (the accepted ids) against what the services have on record and what
 * went over the wire, and lists every order that does not add up.
 */
final class Checker {
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Stage stage;
  private final String prefix;

  /**
   * @param prefix what the ids of the run begin with
   */
  Checker(Stage stage, String prefix) {
    this.stage = stage;
    this.prefix = prefix;
  }

  /** Waits until every accepted order that was reserved is notified too, at most {@code limit}. */
  void awaitSettled(Set<String> accepted, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() - deadline < 0) {
      Map<String, String> reservations = reservations();
      Set<String> waiting = new HashSet<>(accepted);
      waiting.removeAll(notified());
      waiting.removeIf(id -> "failed".equals(reservations.get(id)));
      if (waiting.isEmpty()) {
        return;
      }
      Thread.sleep(PAUSE);
    }
  }

  /**
   * The books of the run.
   *
   * @param outcomes what went over the wire since before the run
   */
  Books check(Set<String> accepted, OutcomeTap outcomes) throws InterruptedException {
    boolean more = true;
    while (more) {
      more = outcomes.collect(PAUSE);
    }
    Map<String, String> reservations = reservations();
    Set<String> notified = notified();
    List<String> lost = new ArrayList<>();
    for (String id : new TreeSet<>(accepted)) {
      String status = reservations.get(id);
      boolean told = notified.contains(id);
      if (status == null || status.equals("reserved") != told) {
        lost.add(id);
      }
    }
    long reserved = reservations.values().stream().filter("reserved"::equals).count();
    return new Books(
        accepted.size(),
        reserved,
        reservations.size() - reserved,
        0,
        notified.size(),
        lost,
        outcomes.doubled(prefix));
  }

  private Map<String, String> reservations() throws InterruptedException {
    Map<String, String> byOrder = new HashMap<>();
    stage
        .inventory()
        .eachReservation(prefix, found -> byOrder.put(found.orderId(), found.status()));
    return byOrder;
  }

  private Set<String> notified() throws InterruptedException {
    Set<String> orders = new HashSet<>();
    stage
        .notifications()
        .eachNotification(
            prefix,
            found -> {
              if (found.status().equals("sent")) {
                orders.add(found.orderId());
              }
            });
    return orders;
  }
}
