package orderflow.cli.prove.check;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import orderflow.cli.client.InventoryClient.Reservation;
import orderflow.cli.client.NotificationClient.Notification;
import orderflow.cli.client.OrderClient.OrderStatus;
import orderflow.cli.load.OrderIds;
import orderflow.messaging.Topology;

/**
 * Rows of the services and events of the broker about the orders of a run, as counts: a row that
 * exists twice stays visible. A dozen bytes an order. Not thread-safe.
 */
public final class ObservedState {
  private static final int MOST_UNKNOWN_IDS = 1_000;
  private static final List<Status> STATUSES = List.of(Status.values());

  final OrderCounts orderRows = new OrderCounts();
  final OrderCounts reservedRows = new OrderCounts();
  final OrderCounts failedRows = new OrderCounts();
  final OrderCounts notificationRows = new OrderCounts();
  final OrderCounts sentNotifications = new OrderCounts();

  /** Events on the exchanges, resends counted once. */
  final OrderCounts orderEvents = new OrderCounts();

  final OrderCounts outcomeEvents = new OrderCounts();

  /** Orders without a guaranteed notification: its queue may not have got the event. */
  final BitSet excusedNotifications = new BitSet();

  /** Ids with the prefix of the run that none of its orders can have. */
  final Set<String> unknownIds = new TreeSet<>();

  /** Messages that could not be read, human-readable. */
  final List<String> unreadable = new ArrayList<>();

  private final OrderIds ids;
  private final OrderCounts orderStatus = new OrderCounts();
  private final Map<String, OrderCounts> deadLetters = new TreeMap<>();
  private long quantityReserved;
  private long stockReserved;
  private long retriedNotifications;

  /** The status of an order in the order service. */
  enum Status {
    /** It has no such order. */
    NONE,
    ACCEPTED,
    RESERVED,
    FAILED,
    OTHER;

    private static Status of(String wire) {
      return switch (wire) {
        case "accepted" -> ACCEPTED;
        case "reserved" -> RESERVED;
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
    boolean isReserved = row.status().equals("reserved");
    if (order >= 0) {
      (isReserved ? reservedRows : failedRows).add(order);
    }
    if (isReserved) {
      quantityReserved += row.qty();
    }
  }

  public void add(Notification row) {
    int order = number(row.orderId());
    if (order >= 0) {
      notificationRows.add(order);
      if (row.isSent()) {
        sentNotifications.add(order);
        retriedNotifications += row.attempts() > 1 ? 1 : 0;
      }
    }
  }

  /**
   * @param queue the queue that the message was dead-lettered from
   */
  public void addDeadLetter(String queue, String orderId) {
    int order = number(orderId);
    if (order >= 0) {
      deadLetters(queue).add(order);
    }
  }

  /**
   * @param placed how many distinct order events
   * @param outcomes how many distinct outcome events
   */
  public void addEvents(int order, int placed, int outcomes) {
    orderEvents.set(order, placed);
    outcomeEvents.set(order, outcomes);
  }

  public void excuseNotification(int order) {
    excusedNotifications.set(order);
  }

  /** The reserved quantity of the run's item in inventory's stock. */
  public void setStockReserved(long quantity) {
    stockReserved = quantity;
  }

  public void addUnreadable(String what) {
    unreadable.add(what);
  }

  /** -1 for an id that no order of the run can have; it is kept. */
  private int number(String orderId) {
    int order = ids.numberOf(orderId);
    if (order < 0 && unknownIds.size() < MOST_UNKNOWN_IDS) {
      unknownIds.add(orderId);
    }
    return order;
  }

  /** One more than the highest order number. */
  int size() {
    return Stream.concat(
            Stream.of(
                orderRows, notificationRows, reservedRows, failedRows, orderEvents, outcomeEvents),
            deadLetters.values().stream())
        .mapToInt(OrderCounts::size)
        .max()
        .orElse(0);
  }

  Status orderStatus(int order) {
    return STATUSES.get(orderStatus.get(order));
  }

  OrderCounts deadLetters(String queue) {
    return Objects.requireNonNull(deadLetters.get(queue));
  }

  /** How many rows inventory has for the order. */
  int decisions(int order) {
    return reservedRows.get(order) + failedRows.get(order);
  }

  /** The sum of the reservations. */
  long quantityReserved() {
    return quantityReserved;
  }

  long stockReserved() {
    return stockReserved;
  }

  /** How many notifications took more than one attempt. */
  long retriedNotifications() {
    return retriedNotifications;
  }
}
