package orderflow.cli.prove.check;

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
public final class ObservedState {
  private static final int MOST_STRANGERS = 1_000;
  private static final String RESERVED = "reserved";
  private static final List<Status> STATUSES = List.of(Status.values());

  private final OrderIds ids;
  private final OrderCounts orderRows = new OrderCounts();
  private final OrderCounts orderStatus = new OrderCounts();
  private final OrderCounts reserved = new OrderCounts();
  private final OrderCounts refused = new OrderCounts();
  private final OrderCounts notificationRows = new OrderCounts();
  private final OrderCounts sentNotifications = new OrderCounts();
  private final Map<String, OrderCounts> deadLetters = new TreeMap<>();
  private final OrderCounts orderEvents = new OrderCounts();
  private final OrderCounts outcomeEvents = new OrderCounts();
  private final BitSet excused = new BitSet();
  private final Set<String> unknownIds = new TreeSet<>();
  private final List<String> unreadable = new ArrayList<>();
  private long qtyReserved;
  private long stockReserved;
  private long retried;

  /** What the order service says of an order. */
  public enum Status {
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
        case ObservedState.RESERVED -> RESERVED;
        case "failed" -> FAILED;
        default -> OTHER;
      };
    }
  }

  public ObservedState(OrderIds ids) {
    this.ids = ids;
    Topology.QUEUES.forEach(queue -> deadLetters.put(queue, new OrderCounts()));
  }

  public OrderIds ids() {
    return ids;
  }

  public void add(OrderStatus row) {
    int order = number(row.orderId());
    if (order >= 0) {
      orderRows.add(order);
      orderStatus.set(order, STATUSES.indexOf(Status.of(row.status())));
    }
  }

  public void add(Reservation row) {
    int order = number(row.orderId());
    boolean isReserved = row.status().equals(RESERVED);
    if (order >= 0) {
      (isReserved ? reserved : refused).add(order);
    }
    if (isReserved) {
      qtyReserved += row.qty();
    }
  }

  public void add(Notification row) {
    int order = number(row.orderId());
    if (order >= 0) {
      notificationRows.add(order);
      if (row.isSent()) {
        sentNotifications.add(order);
        retried += row.attempts() > 1 ? 1 : 0;
      }
    }
  }

  /**
   * @param queue which the message was consumed from
   */
  public void addDeadLetter(String queue, String orderId) {
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
  public void addEvents(int order, int placed, int outcomes) {
    orderEvents.set(order, placed);
    outcomeEvents.set(order, outcomes);
  }

  /** The order's notification is not promised: its queue may never have got the event. */
  public void excuseNotification(int order) {
    excused.set(order);
  }

  /** What inventory's stock says of the run's item. */
  public void setStockReserved(long quantity) {
    stockReserved = quantity;
  }

  /** Something that could not be looked at, for people. */
  public void addUnreadable(String what) {
    unreadable.add(what);
  }

  /** -1 for what cannot have been placed; its name is kept. */
  private int number(String orderId) {
    int order = ids.numberOf(orderId);
    if (order < 0 && unknownIds.size() < MOST_STRANGERS) {
      unknownIds.add(orderId);
    }
    return order;
  }

  /** How many orders there may be: nothing is on record about a higher number. */
  public int size() {
    int size = Math.max(orderRows.size(), notificationRows.size());
    size = Math.max(size, Math.max(reserved.size(), refused.size()));
    size = Math.max(size, Math.max(orderEvents.size(), outcomeEvents.size()));
    for (OrderCounts letters : deadLetters.values()) {
      size = Math.max(size, letters.size());
    }
    return size;
  }

  public int orderRows(int order) {
    return orderRows.get(order);
  }

  public Status orderStatus(int order) {
    return STATUSES.get(orderStatus.get(order));
  }

  public int reservedRows(int order) {
    return reserved.get(order);
  }

  /** How often inventory lists the order as failed. */
  public int failedRows(int order) {
    return refused.get(order);
  }

  public int notificationRows(int order) {
    return notificationRows.get(order);
  }

  /** How many notifications of the order were sent. */
  public int sentNotifications(int order) {
    return sentNotifications.get(order);
  }

  public boolean isNotificationExcused(int order) {
    return excused.get(order);
  }

  public int deadLetters(String queue, int order) {
    return letters(queue).get(order);
  }

  private OrderCounts letters(String queue) {
    return Objects.requireNonNull(deadLetters.get(queue));
  }

  public int orderEvents(int order) {
    return orderEvents.get(order);
  }

  public int outcomeEvents(int order) {
    return outcomeEvents.get(order);
  }

  /** Ids that begin as the run's do, and that no order of it can have. */
  public Set<String> unknownIds() {
    return Collections.unmodifiableSet(unknownIds);
  }

  public List<String> unreadable() {
    return List.copyOf(unreadable);
  }

  /** What the reservations come to. */
  public long qtyReserved() {
    return qtyReserved;
  }

  public long stockReserved() {
    return stockReserved;
  }

  /** How many notifications took more than one attempt. */
  public long retried() {
    return retried;
  }
}
