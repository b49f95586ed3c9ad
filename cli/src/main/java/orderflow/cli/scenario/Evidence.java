package orderflow.cli.scenario;

import java.util.List;
import java.util.Map;
import java.util.Set;
import orderflow.cli.client.InventoryClient.Reservation;
import orderflow.cli.client.NotificationClient.Notification;
import orderflow.cli.client.OrderClient.OrderStatus;

/**
 * All that is on record about the orders of a run, row by row: nothing is folded by its key, so
 * that what is there twice stays visible.
 *
 * @param accepted how often clients were told so, by order
 * @param inDoubt orders that were sent and not accepted
 * @param orders what the order service lists
 * @param reservations what inventory lists
 * @param notifications what the notification service lists
 * @param deadLetters how many dead letters there are of each order, by the queue they came from
 * @param doubledOnTheWire orders that inventory published more than one outcome of
 * @param stockReserved what inventory's stock says of the run's item
 * @param gaps what could not be looked at, for people
 */
record Evidence(
    Map<String, Integer> accepted,
    Set<String> inDoubt,
    List<OrderStatus> orders,
    List<Reservation> reservations,
    List<Notification> notifications,
    Map<String, Map<String, Integer>> deadLetters,
    List<String> doubledOnTheWire,
    long stockReserved,
    List<String> gaps) {}
