package orderflow.cli.prove.scenario;

import java.util.List;
import java.util.function.IntPredicate;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.scenario.Fault.LossWindow;

/**
 * What events and log lines show about the orders of a run, by their numbers.
 *
 * @param decided whether it has an outcome event
 * @param reserved whether one of its outcome events says that it is reserved
 * @param notified whether its notification was logged; always where the log is not read
 * @param excused whether its notification is not guaranteed
 */
record OrderEvidence(
    IntPredicate decided, IntPredicate reserved, IntPredicate notified, IntPredicate excused) {
  /** Of a flow whose services list everything. */
  static final OrderEvidence NONE =
      new OrderEvidence(_ -> false, _ -> false, _ -> false, _ -> false);

  /**
   * @param windows in which notifications are not guaranteed
   */
  static OrderEvidence of(EventRecorder events, OrderLogs logs, List<LossWindow> windows) {
    return new OrderEvidence(
        events::isDecided,
        events::isReserved,
        order -> logs.of(ServiceName.NOTIFICATION).map(log -> log.lines(order) > 0).orElse(true),
        order -> events.isDecidedIn(windows, order));
  }
}
