package orderflow.cli.prove.check;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import orderflow.cli.prove.check.ObservedState.Status;
import orderflow.cli.view.Text;
import orderflow.messaging.Topology;

/**
 * The judgement on a run: what clients were told held against the {@link ObservedState}, and every
 * order that is lost, doubled or not explained, by name. Pure.
 *
 * <p>What it cannot see is a user who was told twice about one recorded notification, by a mail or
 * a call that was sent again after a crash: only the receiver knows, by the message id.
 */
public final class Checker {
  private final ClientHistory ledger;
  private final ObservedState evidence;
  private final BitSet lost = new BitSet();
  private final BitSet doubled = new BitSet();
  private final BitSet notPromised = new BitSet();
  private final BoundedLines unexplained = new BoundedLines();
  private final BoundedLines dead = new BoundedLines();
  private long reserved;
  private long failed;
  private long notified;
  private long deadLettered;
  private long inDoubt;
  private long decidedInDoubt;

  private Checker(ClientHistory ledger, ObservedState evidence) {
    this.ledger = ledger;
    this.evidence = evidence;
  }

  public static Checker of(ClientHistory ledger, ObservedState evidence) {
    var audit = new Checker(ledger, evidence);
    int orders = Math.max(ledger.size(), evidence.size());
    for (int order = 0; order < orders; order++) {
      audit.count(order);
      audit.judge(order);
    }
    audit.judgeTheRest();
    return audit;
  }

  /**
   * Counts rows: an order that is listed twice makes the figures differ. Orders in doubt are left
   * out, so that the rest adds up.
   */
  private void count(int order) {
    if (ledger.isInDoubt(order)) {
      inDoubt++;
      decidedInDoubt += isDecided(order) ? 1 : 0;
    } else {
      reserved += evidence.reservedRows(order);
      failed += evidence.failedRows(order);
      notified += evidence.sentNotifications(order);
    }
    for (String queue : Topology.QUEUES) {
      int letters = evidence.deadLetters(queue, order);
      if (letters > 0) {
        deadLettered += letters;
        dead.add("%s, %d in %s".formatted(id(order), letters, Topology.deadLetterQueue(queue)));
      }
    }
  }

  private String id(int order) {
    return evidence.ids().id(order);
  }

  private boolean isDecided(int order) {
    return evidence.reservedRows(order) + evidence.failedRows(order) > 0;
  }

  private boolean isDead(String queue, int order) {
    return evidence.deadLetters(queue, order) > 0;
  }

  private void judge(int order) {
    boolean accepted = ledger.timesAccepted(order) > 0;
    if (!accepted && !isOnRecord(order)) {
      return;
    }
    if (isTwice(order)) {
      doubled.set(order);
    }
    boolean isDead = isDead(Topology.ORDER_PLACED, order);
    if (!accepted && !ledger.isInDoubt(order)) {
      unexplained(order, "on record, though it was refused or nobody placed it");
    } else if (isDecided(order)) {
      if (isDead) {
        unexplained(order, status(order) + ", and dead-lettered too");
      }
      judgeDecided(order);
    } else if (evidence.sentNotifications(order) > 0) {
      unexplained(order, "notified, though inventory has no decision");
    } else if ((accepted || evidence.orderRows(order) > 0) && !isDead) {
      lost.set(order);
    }
  }

  private boolean isOnRecord(int order) {
    return isDecided(order)
        || evidence.orderRows(order) > 0
        || evidence.notificationRows(order) > 0
        || evidence.orderEvents(order) > 0
        || evidence.outcomeEvents(order) > 0
        || Topology.QUEUES.stream().anyMatch(queue -> isDead(queue, order));
  }

  private boolean isTwice(int order) {
    return ledger.timesAccepted(order) > 1
        || evidence.orderRows(order) > 1
        || evidence.reservedRows(order) + evidence.failedRows(order) > 1
        || evidence.notificationRows(order) > 1
        || evidence.orderEvents(order) > 1
        || evidence.outcomeEvents(order) > 1;
  }

  private void judgeDecided(int order) {
    boolean wanted = evidence.reservedRows(order) > 0;
    if (!wanted && evidence.sentNotifications(order) > 0) {
      unexplained(order, "notified, though it is " + status(order));
    }
    if (wanted
        && evidence.sentNotifications(order) == 0
        && !isDead(Topology.INVENTORY_RESERVED, order)) {
      (evidence.isNotificationExcused(order) ? notPromised : lost).set(order);
    }
    Status known = evidence.orderStatus(order);
    if (known == Status.NONE) {
      lost.set(order);
    } else if (known != (wanted ? Status.RESERVED : Status.FAILED)
        && !isDead(Topology.ORDER_OUTCOME, order)) {
      unexplained(
          order,
          status(order)
              + ", though the order service says "
              + known.name().toLowerCase(Locale.ROOT));
    }
    if (evidence.orderEvents(order) == 0) {
      unexplained(order, status(order) + ", though its order never went over the wire");
    }
    if (evidence.outcomeEvents(order) == 0) {
      unexplained(order, status(order) + ", though that never went over the wire");
    }
  }

  private String status(int order) {
    return evidence.reservedRows(order) > 0 ? "reserved" : "failed";
  }

  private void unexplained(int order, String why) {
    unexplained.add(id(order) + ": " + why);
  }

  private void judgeTheRest() {
    evidence
        .unknownIds()
        .forEach(id -> unexplained.add(id + ": on record, though nobody placed it"));
    if (evidence.qtyReserved() != evidence.stockReserved()) {
      unexplained.add(
          "stock: %d reserved, though the reservations come to %d"
              .formatted(evidence.stockReserved(), evidence.qtyReserved()));
    }
    evidence.unreadable().forEach(unexplained::add);
  }

  /** The figures. */
  public Totals books() {
    return new Totals(
        ledger.acceptedCount(),
        reserved,
        failed,
        deadLettered,
        notified,
        evidence.ids().idsOf(lost),
        evidence.ids().idsOf(doubled));
  }

  /** What is neither lost nor doubled and still wrong, the order first, and why; not all. */
  public List<String> unexplained() {
    return unexplained.kept();
  }

  /** How much there is of that. */
  public long unexplainedCount() {
    return unexplained.count();
  }

  /** Whether there are orders that were sent and not accepted. */
  public boolean hasDoubts() {
    return inDoubt > 0;
  }

  /** How many reservations have no notification, and none was promised. */
  public long excusedCount() {
    return notPromised.cardinality();
  }

  private long notPromisedAndCounted() {
    return notPromised.stream().filter(order -> !ledger.isInDoubt(order)).count();
  }

  /**
   * Whether every accepted order had one outcome and every reservation one notification, but for
   * those that were not promised.
   */
  public boolean addsUp() {
    Totals books = books();
    return books.accepted() == books.reserved() + books.failed()
        && books.notified() + notPromisedAndCounted() == books.reserved()
        && books.deadLettered() == 0
        && lost.isEmpty()
        && doubled.isEmpty()
        && unexplained.count() == 0;
  }

  /** For people: what is wrong by name, and what the figures leave out. */
  public List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    remarks.addAll(lines(lost).written("lost: "));
    remarks.addAll(lines(doubled).written("double effect: "));
    remarks.addAll(unexplained.written("unexplained: "));
    remarks.addAll(dead.written("dead letter: "));
    if (!notPromised.isEmpty()) {
      remarks.add(
          "not promised: %s orders were reserved without a notification, in the gap"
              .formatted(Text.grouped(excusedCount())));
      remarks.addAll(ranges(notPromised).written("not promised: "));
    }
    if (inDoubt > 0) {
      remarks.add(
          "in doubt: %s orders that no answer says yes to, %s of them decided"
              .formatted(Text.grouped(inDoubt), Text.grouped(decidedInDoubt)));
    }
    if (evidence.retried() > 0) {
      remarks.add(
          "retried: %s notifications took several attempts; each may have reached its user"
              .formatted(Text.grouped(evidence.retried())));
    }
    return remarks;
  }

  /** Orders that follow each other are one line. */
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
    evidence.ids().idsOf(orders).forEach(lines::add);
    return lines;
  }
}
