package orderflow.cli.prove.check;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import orderflow.cli.prove.check.ObservedState.Status;
import orderflow.cli.view.Text;
import orderflow.messaging.Topology;

/**
 * Compares the {@link ClientHistory} with the {@link ObservedState}, and names every order that is
 * lost, has two effects or is not explained. A pure function.
 *
 * <p>It cannot see that a recorded notification reached its user twice, which may happen after a
 * crash: only the receiver knows, by the message id.
 */
public final class Checker {
  private final ClientHistory history;
  private final ObservedState observed;
  private final BitSet lost = new BitSet();
  private final BitSet doubled = new BitSet();
  private final BitSet excused = new BitSet();
  private final BoundedLines unexplained = new BoundedLines();
  private final BoundedLines dead = new BoundedLines();
  private long reserved;
  private long failed;
  private long notified;
  private long deadLettered;
  private long inDoubt;
  private long decidedInDoubt;

  private Checker(ClientHistory history, ObservedState observed) {
    this.history = history;
    this.observed = observed;
  }

  /** Checks every order. */
  public static Checker of(ClientHistory history, ObservedState observed) {
    var checker = new Checker(history, observed);
    int orders = Math.max(history.size(), observed.size());
    for (int order = 0; order < orders; order++) {
      checker.count(order);
      checker.check(order);
    }
    checker.checkTotals();
    return checker;
  }

  /** Counts rows, so that a duplicate row shows. Leaves orders in doubt out of the totals. */
  private void count(int order) {
    if (history.isInDoubt(order)) {
      inDoubt++;
      decidedInDoubt += isDecided(order) ? 1 : 0;
    } else {
      reserved += observed.reservedRows.get(order);
      failed += observed.failedRows.get(order);
      notified += observed.sentNotifications.get(order);
    }
    for (String queue : Topology.QUEUES) {
      int count = observed.deadLetters(queue).get(order);
      if (count > 0) {
        deadLettered += count;
        dead.add("%s, %d in %s".formatted(id(order), count, Topology.deadLetterQueue(queue)));
      }
    }
  }

  private String id(int order) {
    return observed.ids().id(order);
  }

  private boolean isDecided(int order) {
    return observed.decisions(order) > 0;
  }

  private boolean isDead(String queue, int order) {
    return observed.deadLetters(queue).get(order) > 0;
  }

  private void check(int order) {
    boolean accepted = history.timesAccepted(order) > 0;
    if (!accepted && !isObserved(order)) {
      return;
    }
    if (hasTwoEffects(order)) {
      doubled.set(order);
    }
    boolean isDead = isDead(Topology.ORDER_PLACED, order);
    if (!accepted && !history.isInDoubt(order)) {
      unexplained(order, "has an effect, though it was rejected or never placed");
    } else if (isDecided(order)) {
      if (isDead) {
        unexplained(order, status(order) + ", and dead-lettered too");
      }
      checkDecided(order);
    } else if (observed.sentNotifications.get(order) > 0) {
      unexplained(order, "notified, though inventory has no decision");
    } else if ((accepted || observed.orderRows.get(order) > 0) && !isDead) {
      lost.set(order);
    }
  }

  private boolean isObserved(int order) {
    return isDecided(order)
        || observed.orderRows.get(order) > 0
        || observed.notificationRows.get(order) > 0
        || observed.orderEvents.get(order) > 0
        || observed.outcomeEvents.get(order) > 0
        || Topology.QUEUES.stream().anyMatch(queue -> isDead(queue, order));
  }

  private boolean hasTwoEffects(int order) {
    return history.timesAccepted(order) > 1
        || observed.orderRows.get(order) > 1
        || observed.decisions(order) > 1
        || observed.notificationRows.get(order) > 1
        || observed.orderEvents.get(order) > 1
        || observed.outcomeEvents.get(order) > 1;
  }

  private void checkDecided(int order) {
    boolean isReserved = observed.reservedRows.get(order) > 0;
    boolean isNotified = observed.sentNotifications.get(order) > 0;
    if (!isReserved && isNotified) {
      unexplained(order, "notified, though it is " + status(order));
    }
    if (isReserved && !isNotified && !isDead(Topology.INVENTORY_RESERVED, order)) {
      (observed.excusedNotifications.get(order) ? excused : lost).set(order);
    }
    Status known = observed.orderStatus(order);
    if (known == Status.NONE) {
      lost.set(order);
    } else if (known != (isReserved ? Status.RESERVED : Status.FAILED)
        && !isDead(Topology.ORDER_OUTCOME, order)) {
      unexplained(
          order,
          status(order)
              + ", though the order service says "
              + known.name().toLowerCase(Locale.ROOT));
    }
    if (observed.orderEvents.get(order) == 0) {
      unexplained(order, status(order) + ", though no order event was published");
    }
    if (observed.outcomeEvents.get(order) == 0) {
      unexplained(order, status(order) + ", though no outcome event was published");
    }
  }

  private String status(int order) {
    return observed.reservedRows.get(order) > 0 ? "reserved" : "failed";
  }

  private void unexplained(int order, String reason) {
    unexplained.add(id(order) + ": " + reason);
  }

  private void checkTotals() {
    observed.unknownIds.forEach(
        id -> unexplained.add(id + ": has an effect, though it was never placed"));
    if (observed.quantityReserved() != observed.stockReserved()) {
      unexplained.add(
          "stock: %d reserved, though the reservations sum up to %d"
              .formatted(observed.stockReserved(), observed.quantityReserved()));
    }
    observed.unreadable.forEach(unexplained::add);
  }

  public Totals totals() {
    return new Totals(
        history.acceptedCount(),
        reserved,
        failed,
        deadLettered,
        notified,
        observed.ids().idsOf(lost),
        observed.ids().idsOf(doubled));
  }

  /** How many findings there are beside lost orders and double effects. */
  public long unexplainedCount() {
    return unexplained.count();
  }

  /** Whether orders were sent that were not accepted. */
  public boolean hasDoubts() {
    return inDoubt > 0;
  }

  /** How many reservations have no notification, and no guarantee of one. */
  public long excusedCount() {
    return excused.cardinality();
  }

  /**
   * Whether every accepted order had one outcome and every reservation one notification, except
   * excused ones.
   */
  public boolean addsUp() {
    Totals totals = totals();
    long excusedAndCounted = excused.stream().filter(order -> !history.isInDoubt(order)).count();
    return totals.accepted() == totals.reserved() + totals.failed()
        && totals.notified() + excusedAndCounted == totals.reserved()
        && totals.deadLettered() == 0
        && lost.isEmpty()
        && doubled.isEmpty()
        && unexplained.count() == 0;
  }

  /** Human-readable: every problem by name, and the orders that the totals leave out. */
  public List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    lines(lost).appendTo(remarks, "lost: ");
    lines(doubled).appendTo(remarks, "double effect: ");
    unexplained.appendTo(remarks, "unexplained: ");
    dead.appendTo(remarks, "dead letter: ");
    if (!excused.isEmpty()) {
      remarks.add(
          "not promised: %s orders were reserved without a notification, in the gap"
              .formatted(Text.grouped(excusedCount())));
      ranges(excused).appendTo(remarks, "not promised: ");
    }
    if (inDoubt > 0) {
      remarks.add(
          "in doubt: %s orders without a positive response, %s of them decided"
              .formatted(Text.grouped(inDoubt), Text.grouped(decidedInDoubt)));
    }
    if (observed.retriedNotifications() > 0) {
      remarks.add(
          "retried: %s notifications took several attempts; each may have reached its user"
              .formatted(Text.grouped(observed.retriedNotifications())));
    }
    return remarks;
  }

  /** Consecutive orders share a line. */
  private BoundedLines ranges(BitSet orders) {
    var lines = new BoundedLines();
    int first = orders.nextSetBit(0);
    while (first >= 0) {
      int end = orders.nextClearBit(first);
      lines.add(end - first == 1 ? id(first) : id(first) + " to " + id(end - 1));
      first = orders.nextSetBit(end);
    }
    return lines;
  }

  private BoundedLines lines(BitSet orders) {
    var lines = new BoundedLines();
    observed.ids().idsOf(orders).forEach(lines::add);
    return lines;
  }
}
