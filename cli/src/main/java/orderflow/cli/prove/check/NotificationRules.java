package orderflow.cli.prove.check;

import java.util.HashSet;
import java.util.Set;
import orderflow.cli.prove.history.HistoryRecord;
import tools.jackson.databind.JsonNode;

/** Judges who was notified, how often. */
final class NotificationRules {
  /** So many notifications may be repeated after a crash. */
  private static final int REPEATED_PER_CRASH = 16;

  /** Lines of a log cost nothing, so that more of them may be repeated. */
  private static final int REPEATED_LINES_PER_CRASH = 500;

  private static final String NOTIFICATION = "notification";
  private static final String LOG = "log";

  private final ObservedRun run;
  private final Set<String> receivers = new HashSet<>();
  private final Set<String> receipts = new HashSet<>();

  NotificationRules(ObservedRun run) {
    this.run = run;
  }

  void accept(OrderTrace trace, JsonNode fields, String status) {
    trace.notificationRows++;
    trace.notifiedUser = Content.text(fields, "user_id");
    if (status.equals("sent")) {
      trace.sentNotifications++;
      run.retriedNotifications += fields.path("attempts").asLong(0) > 1 ? 1 : 0;
    }
  }

  void accept(HistoryRecord.Receipt receipt) {
    receivers.add(receipt.receiver());
    String orderId = receipt.orderId();
    if (orderId == null || !run.isOfRun(orderId)) {
      return;
    }
    OrderTrace trace = run.trace(orderId);
    trace.receipts++;
    String messageId = receipt.messageId();
    if (messageId != null && !receipts.add(orderId + " " + messageId)) {
      return;
    }
    if (messageId != null && trace.receipts > 1) {
      run.find(
          Rule.NOTIFIED_AGAIN,
          trace,
          "was notified again, with another message id, at " + receipt.receiver());
    }
  }

  /** A confirmation in the log of notification; its text may hold no message id. */
  void accept(HistoryRecord.LogLine line) {
    if (line.service().equals(NOTIFICATION)) {
      accept(new HistoryRecord.Receipt(line.t(), LOG, line.orderId(), null, line.text()));
    }
  }

  void judge() {
    if (receivers.isEmpty()) {
      return;
    }
    long repeated = run.traces().stream().filter(trace -> trace.receipts > 1).count();
    long crashes =
        run.faults.stream().filter(span -> NOTIFICATION.equals(span.fault().target())).count();
    boolean isLog = receivers.equals(Set.of(LOG));
    long most = crashes * (isLog ? REPEATED_LINES_PER_CRASH : REPEATED_PER_CRASH);
    if (repeated > most) {
      run.traces().stream()
          .filter(trace -> trace.receipts > 1)
          .forEach(trace ->
              run.find(
                  Rule.NOTIFIED_AGAIN,
                  trace,
                  "was notified %d times; %d orders were notified again, at most %d may be"
                      .formatted(trace.receipts, repeated, most)));
    }
    // Lines of a log are dropped before they delay a service; other receivers keep what they got.
    if (!isLog) {
      run.traces().stream()
          .filter(trace -> trace.sentNotifications > 0 && trace.receipts == 0)
          .forEach(trace ->
              run.find(
                  Rule.LOST, trace, "its notification is marked sent, and nobody received it"));
    }
  }
}
