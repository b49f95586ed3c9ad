package orderflow.cli.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import orderflow.cli.client.InventoryClient.Reservation;
import orderflow.cli.client.NotificationClient.Notification;
import orderflow.cli.client.OrderClient.OrderStatus;
import orderflow.cli.deadletter.DeadLetterView;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;

/**
 * Collects what the services and the broker have on record about the orders of a run, for {@link
 * Audit} to hold against what clients were told.
 */
final class Checker {
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Stage stage;
  private final String prefix;
  private final String item;

  /** Every row that the services list, in their order. */
  private record Records(
      List<OrderStatus> orders, List<Reservation> reservations, List<Notification> notifications) {}

  /**
   * @param prefix what the ids of the run begin with
   * @param item what the run orders, and nobody else
   */
  Checker(Stage stage, String prefix, String item) {
    this.stage = stage;
    this.prefix = prefix;
    this.item = item;
  }

  /**
   * Waits until every accepted order is decided, the order service knows how, and every reservation
   * is notified; at most {@code limit}.
   */
  void awaitSettled(Ledger ledger, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!isSettled(ledger.accepted().keySet(), records()) && System.nanoTime() - deadline < 0) {
      Thread.sleep(PAUSE);
    }
  }

  private static boolean isSettled(Set<String> accepted, Records records) {
    Map<String, String> known = new HashMap<>();
    records.orders().forEach(order -> known.put(order.orderId(), order.status()));
    Set<String> done = new HashSet<>();
    for (Notification notification : records.notifications()) {
      if (!notification.isPending()) {
        done.add(notification.orderId());
      }
    }
    Set<String> decided = new HashSet<>();
    for (Reservation reservation : records.reservations()) {
      decided.add(reservation.orderId());
      boolean reserved = reservation.status().equals("reserved");
      if ((reserved && !done.contains(reservation.orderId()))
          || !reservation.status().equals(known.get(reservation.orderId()))) {
        return false;
      }
    }
    return decided.containsAll(accepted) && decided.containsAll(known.keySet());
  }

  /**
   * Judges the run.
   *
   * @param outcomes what went over the wire since before the run
   */
  Audit check(Ledger ledger, OutcomeTap outcomes) throws InterruptedException {
    boolean more = true;
    while (more) {
      more = outcomes.collect(PAUSE);
    }
    return check(ledger, outcomes.doubled(prefix));
  }

  /**
   * Judges the run.
   *
   * @param doubledOnTheWire orders that inventory published more than one outcome of
   */
  Audit check(Ledger ledger, List<String> doubledOnTheWire) throws InterruptedException {
    Records records = records();
    List<String> gaps = new ArrayList<>();
    return Audit.of(
        new Evidence(
            ledger.accepted(),
            ledger.inDoubt(),
            records.orders(),
            records.reservations(),
            records.notifications(),
            deadLetters(gaps),
            doubledOnTheWire,
            stage.inventory().stock(item).reserved(),
            gaps));
  }

  private Records records() throws InterruptedException {
    List<OrderStatus> orders = new ArrayList<>();
    List<Reservation> reservations = new ArrayList<>();
    List<Notification> notifications = new ArrayList<>();
    stage.orders().eachOrder(prefix, orders::add);
    stage.inventory().eachReservation(prefix, reservations::add);
    stage.notifications().eachNotification(prefix, notifications::add);
    return new Records(orders, reservations, notifications);
  }

  private Map<String, Map<String, Integer>> deadLetters(List<String> gaps)
      throws InterruptedException {
    Map<String, Map<String, Integer>> found = new LinkedHashMap<>();
    try (QueueBrowser browser = stage.broker().openBrowser()) {
      for (String queue : Topology.QUEUES) {
        String letters = Topology.deadLetterQueue(queue);
        Map<String, Integer> byOrder = new TreeMap<>();
        long depth = browser.depth(letters).orElse(0);
        long seen =
            depth == 0
                ? 0
                : browser.visit(
                    letters,
                    PATIENCE,
                    letter -> {
                      String id = DeadLetterView.orderIdOf(letter);
                      if (id != null && id.startsWith(prefix)) {
                        byOrder.merge(id, 1, Integer::sum);
                      }
                      return true;
                    });
        if (seen < depth) {
          gaps.add("only %d of %d messages in %s could be seen".formatted(seen, depth, letters));
        }
        found.put(queue, byOrder);
      }
    }
    return found;
  }
}
