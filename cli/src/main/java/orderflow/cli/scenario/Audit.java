package orderflow.cli.scenario;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orderflow.cli.client.InventoryClient.Reservation;
import orderflow.cli.client.NotificationClient.Notification;
import orderflow.cli.client.OrderClient.OrderStatus;
import orderflow.cli.scenario.Verdict.Books;
import orderflow.messaging.Topology;
import org.jspecify.annotations.Nullable;

/**
 * The judgement on the {@link Evidence} of a run: every order that is lost, doubled or not
 * explained, by name. Pure.
 *
 * <p>What it cannot see is a user who was told twice about one recorded notification, by a mail or
 * a call that was sent again after a crash: only the receiver knows, by the message id.
 */
final class Audit {
  private static final String RESERVED = "reserved";

  private final Evidence evidence;
  private final Map<String, String> orderStatus = new HashMap<>();
  private final Map<String, String> decided = new HashMap<>();
  private final Set<String> told = new HashSet<>();
  private final SortedSet<String> lost = new TreeSet<>();
  private final SortedSet<String> doubled = new TreeSet<>();
  private final List<String> unexplained = new ArrayList<>();

  private Audit(Evidence evidence) {
    this.evidence = evidence;
    evidence.orders().forEach(order -> orderStatus.put(order.orderId(), order.status()));
    evidence.reservations().forEach(found -> decided.put(found.orderId(), found.status()));
    evidence.notifications().stream()
        .filter(Notification::isSent)
        .forEach(found -> told.add(found.orderId()));
  }

  static Audit of(Evidence evidence) {
    var audit = new Audit(evidence);
    audit.findDoubles();
    audit.orders().forEach(audit::judge);
    audit.compareStock();
    audit.unexplained.addAll(evidence.gaps());
    return audit;
  }

  private void findDoubles() {
    evidence
        .accepted()
        .forEach((id, times) -> {
          if (times > 1) {
            doubled.add(id);
          }
        });
    doubled.addAll(twice(evidence.orders(), OrderStatus::orderId));
    doubled.addAll(twice(evidence.reservations(), Reservation::orderId));
    doubled.addAll(twice(evidence.notifications(), Notification::orderId));
    doubled.addAll(evidence.doubledOnTheWire());
  }

  private static <T> Set<String> twice(List<T> rows, Function<T, String> key) {
    Set<String> seen = new HashSet<>();
    return rows.stream().map(key).filter(id -> !seen.add(id)).collect(Collectors.toSet());
  }

  /** Every order that anybody speaks of. */
  private SortedSet<String> orders() {
    return Stream.of(
            evidence.accepted().keySet(),
            orderStatus.keySet(),
            decided.keySet(),
            evidence.notifications().stream().map(Notification::orderId).toList(),
            evidence.deadLetters().values().stream().flatMap(map -> map.keySet().stream()).toList())
        .flatMap(ids -> ids.stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void judge(String id) {
    boolean accepted = evidence.accepted().containsKey(id);
    boolean dead = isDead(Topology.ORDER_PLACED, id);
    String status = decided.get(id);
    if (!accepted && !evidence.inDoubt().contains(id)) {
      unexplained.add(id + ": on record, though nobody placed it");
    } else if (status != null) {
      if (dead) {
        unexplained.add(id + ": " + status + ", and dead-lettered too");
      }
      judgeDecided(id, status);
    } else if (told.contains(id)) {
      unexplained.add(id + ": notified, though inventory has no decision");
    } else if ((accepted || orderStatus.containsKey(id)) && !dead) {
      lost.add(id);
    }
  }

  private void judgeDecided(String id, String status) {
    boolean wanted = status.equals(RESERVED);
    if (!wanted && told.contains(id)) {
      unexplained.add(id + ": notified, though it is " + status);
    }
    if (wanted && !told.contains(id) && !isDead(Topology.INVENTORY_RESERVED, id)) {
      lost.add(id);
    }
    @Nullable String known = orderStatus.get(id);
    if (known == null) {
      lost.add(id);
    } else if (!known.equals(status) && !isDead(Topology.ORDER_OUTCOME, id)) {
      unexplained.add(id + ": " + status + ", though the order service says " + known);
    }
  }

  private boolean isDead(String queue, String id) {
    return evidence.deadLetters().getOrDefault(queue, Map.of()).containsKey(id);
  }

  private void compareStock() {
    long sum =
        evidence.reservations().stream()
            .filter(found -> found.status().equals(RESERVED))
            .mapToLong(Reservation::qty)
            .sum();
    if (sum != evidence.stockReserved()) {
      unexplained.add(
          "stock: %d reserved, though the reservations come to %d"
              .formatted(evidence.stockReserved(), sum));
    }
  }

  /**
   * The figures, each a count of rows: an order that is listed twice makes them differ. Orders in
   * doubt are left out, so that the rest adds up.
   */
  Books books() {
    List<Reservation> reservations =
        evidence.reservations().stream().filter(row -> !isInDoubt(row.orderId())).toList();
    long reserved = reservations.stream().filter(row -> row.status().equals(RESERVED)).count();
    long notified =
        evidence.notifications().stream()
            .filter(row -> row.isSent() && !isInDoubt(row.orderId()))
            .count();
    long dead =
        evidence.deadLetters().values().stream()
            .flatMap(byOrder -> byOrder.values().stream())
            .mapToLong(Integer::longValue)
            .sum();
    return new Books(
        evidence.accepted().size(),
        reserved,
        reservations.size() - reserved,
        dead,
        notified,
        List.copyOf(lost),
        List.copyOf(doubled));
  }

  private boolean isInDoubt(String id) {
    return evidence.inDoubt().contains(id);
  }

  /** What is neither lost nor doubled and still wrong, the order first, and why. */
  List<String> unexplained() {
    return List.copyOf(unexplained);
  }

  /** Whether every accepted order had one outcome and every reservation one notification. */
  boolean addsUp() {
    Books books = books();
    return books.accepted() == books.reserved() + books.failed()
        && books.notified() == books.reserved()
        && books.deadLettered() == 0
        && lost.isEmpty()
        && doubled.isEmpty()
        && unexplained.isEmpty();
  }

  /** For people: what is wrong by name, and what the figures leave out. */
  List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    lost.forEach(id -> remarks.add("lost: " + id));
    doubled.forEach(id -> remarks.add("double effect: " + id));
    unexplained.forEach(line -> remarks.add("unexplained: " + line));
    evidence
        .deadLetters()
        .forEach((queue, byOrder) ->
            byOrder.forEach((id, times) ->
                remarks.add(
                    "dead letter: %s, %d in %s"
                        .formatted(id, times, Topology.deadLetterQueue(queue)))));
    int doubts = evidence.inDoubt().size();
    if (doubts > 0) {
      remarks.add(
          "in doubt: %d orders that no answer says yes to, %d of them decided"
              .formatted(doubts, evidence.inDoubt().stream().filter(decided::containsKey).count()));
    }
    long retried =
        evidence.notifications().stream().filter(row -> row.isSent() && row.attempts() > 1).count();
    if (retried > 0) {
      remarks.add(
          "retried: %d notifications took several attempts; each may have reached its user"
              .formatted(retried));
    }
    return remarks;
  }
}
