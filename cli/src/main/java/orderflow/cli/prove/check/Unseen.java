package orderflow.cli.prove.check;

import java.util.ArrayList;
import java.util.List;
import orderflow.cli.prove.history.HistoryRecord.Visible;

/** What a flow does not show, so that it is not judged. */
final class Unseen {
  private Unseen() {}

  /** Human-readable, a line for each tier of observations that is missing. */
  static List<String> of(Visible visible) {
    List<String> unseen = new ArrayList<>();
    List<String> tables = visible.tables();
    if (!tables.contains("orders")) {
      unseen.add("what the order service stored and which status it reports: it lists no orders");
    }
    if (!tables.contains("reservations")) {
      unseen.add(
          visible.logs()
              ? "inventory's decisions beside its events and log lines: it lists no reservations"
              : "second decisions whose events are equal: no reservations are listed, no log read");
    }
    if (!tables.contains("stock")) {
      unseen.add("stock: inventory does not show it");
    }
    if (!tables.contains("notifications") && !tables.contains("notification_log")) {
      unseen.add("notifications: none are listed, and no log is read");
    }
    if (!visible.properties()) {
      unseen.add("message properties, and the headers of dead letters: not promised");
    }
    if (!visible.health()) {
      unseen.add("readiness and metrics of services that are not ours");
    }
    return unseen.stream().map(line -> "not judged: " + line).toList();
  }
}
