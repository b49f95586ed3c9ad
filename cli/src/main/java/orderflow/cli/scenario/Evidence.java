package orderflow.cli.scenario;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import orderflow.cli.client.InventoryClient.Reservation;
import orderflow.cli.client.NotificationClient.Notification;
import orderflow.cli.client.OrderClient.OrderStatus;
import orderflow.cli.load.OrderIds;
import orderflow.messaging.Topology;

/**
 * All that is on record about the orders of a run. Rows are counted and not folded, so that what is
 * there twice stays visible; a dozen bytes an order. Not thread-safe.
 */
final class Evidence {
  private static final int MOST_STRANGERS = 1_000;
  private static final String RESERVED = "reserved";
  private static final List<Status> STATUSES = List.of(Status.values());

  private final OrderIds ids;
  private final PerOrder orderRows = new PerOrder();
  private final PerOrder orderStatus = new PerOrder();
  private final PerOrder reserved = new PerOrder();
  private final PerOrder refused = new PerOrder();
  private final PerOrder notificationRows = new PerOrder();
  private final PerOrder told = new PerOrder();
  private final Map<String, PerOrder> deadLetters = new TreeMap<>();
  private final PerOrder placedOnTheWire = new PerOrder();
  private final PerOrder outcomesOnTheWire = new PerOrder();
  private final BitSet excused = new BitSet();
  private final Set<String> strangers = new TreeSet<>();
  private final List<String> gaps = new ArrayList<>();
  private long qtyReserved;
  private long stockReserved;
  private long retried;

  /** What the order service says of an order. */
  enum Status {
    /** It does not know it. */
    NONE,
    ACCEPTED,
    RESERVED,
    FAILED,
    /** Something else. */
    OTHER;

    private static Status of(String wire) {
      return switch (wire) {
        case "accepted" -> ACCEPTED;
        case Evidence.RESERVED -> RESERVED;
        case "failed" -> FAILED;
        default -> OTHER;
      };
    }
  }

  Evidence(OrderIds ids) {
    this.ids = ids;
    Topology.QUEUES.forEach(queue -> deadLetters.put(queue, new PerOrder()));
  }

  OrderIds ids() {
    return ids;
  }

  void add(OrderStatus row) {
    int order = number(row.orderId());
    if (order >= 0) {
      orderRows.add(order);
      orderStatus.set(order, STATUSES.indexOf(Status.of(row.status())));
    }
  }

  void add(Reservation row) {
    int order = number(row.orderId());
    boolean isReserved = row.status().equals(RESERVED);
    if (order >= 0) {
      (isReserved ? reserved : refused).add(order);
    }
    if (isReserved) {
      qtyReserved += row.qty();
    }
  }

  void add(Notification row) {
    int order = number(row.orderId());
    if (order >= 0) {
      notificationRows.add(order);
      if (row.isSent()) {
        told.add(order);
        retried += row.attempts() > 1 ? 1 : 0;
      }
    }
  }

  /**
   * @param queue which the message was consumed from
   */
  void addDeadLetter(String queue, String orderId) {
    int order = number(orderId);
    if (order >= 0) {
      letters(queue).add(order);
    }
  }

  /**
   * What was published about an order, resends counted once.
   *
   * @param placed how many orders by that id
   * @param outcomes how many decisions
   */
  void addWire(int order, int placed, int outcomes) {
    placedOnTheWire.set(order, placed);
    outcomesOnTheWire.set(order, outcomes);
  }

  /** The order's notification is not promised: its queue may never have got the event. */
  void excuseNotification(int order) {
    excused.set(order);
  }

  /** What inventory's stock says of the run's item. */
  void setStockReserved(long quantity) {
    stockReserved = quantity;
  }

  /** Something that could not be looked at, for people. */
  void addGap(String what) {
    gaps.add(what);
  }

  /** -1 for what cannot have been placed; its name is kept. */
  private int number(String orderId) {
    int order = ids.numberOf(orderId);
    if (order < 0 && strangers.size() < MOST_STRANGERS) {
      strangers.add(orderId);
    }
    return order;
  }

  /** How many orders there may be: nothing is on record about a higher number. */
  int size() {
    int size = Math.max(orderRows.size(), notificationRows.size());
    size = Math.max(size, Math.max(reserved.size(), refused.size()));
    size = Math.max(size, Math.max(placedOnTheWire.size(), outcomesOnTheWire.size()));
    for (PerOrder letters : deadLetters.values()) {
      size = Math.max(size, letters.size());
    }
    return size;
  }

  int orderRows(int order) {
    return orderRows.get(order);
  }

  Status orderStatus(int order) {
    return STATUSES.get(orderStatus.get(order));
  }

  int reservedRows(int order) {
    return reserved.get(order);
  }

  /** How often inventory lists the order as failed. */
  int refusedRows(int order) {
    return refused.get(order);
  }

  int notificationRows(int order) {
    return notificationRows.get(order);
  }

  /** How many notifications of the order were sent. */
  int told(int order) {
    return told.get(order);
  }

  boolean isNotificationExcused(int order) {
    return excused.get(order);
  }

  int deadLetters(String queue, int order) {
    return letters(queue).get(order);
  }

  private PerOrder letters(String queue) {
    return Objects.requireNonNull(deadLetters.get(queue));
  }

  int placedOnTheWire(int order) {
    return placedOnTheWire.get(order);
  }

  int outcomesOnTheWire(int order) {
    return outcomesOnTheWire.get(order);
  }

  /** Ids that begin as the run's do, and that no order of it can have. */
  Set<String> strangers() {
    return Collections.unmodifiableSet(strangers);
  }

  List<String> gaps() {
    return List.copyOf(gaps);
  }

  /** What the reservations come to. */
  long qtyReserved() {
    return qtyReserved;
  }

  long stockReserved() {
    return stockReserved;
  }

  /** How many notifications took more than one attempt. */
  long retried() {
    return retried;
  }
}
