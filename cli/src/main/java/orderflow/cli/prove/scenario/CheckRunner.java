package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.List;
import orderflow.cli.client.ServiceName;
import orderflow.cli.deadletter.DeadLetterInfo;
import orderflow.cli.prove.check.Checker;
import orderflow.cli.prove.check.ClientHistory;
import orderflow.cli.prove.check.ObservedState;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.cli.prove.scenario.Fault.LossWindow;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;

/** Collects the observed state of a run from the services and the broker, and checks it. */
final class CheckRunner {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private CheckRunner() {}

  /**
   * @param run that makes ids unique
   * @param item that only this run orders
   * @param events of the run
   * @param windows in which notifications are not guaranteed
   * @param written gets every row and dead letter
   */
  static Checker check(
      TestEnvironment environment,
      String run,
      String item,
      ClientHistory history,
      EventRecorder events,
      List<LossWindow> windows,
      HistoryWriter written)
      throws InterruptedException {
    String prefix = history.ids().prefix();
    var observed = new ObservedState(history.ids());
    events.addTo(observed, windows);
    if (environment.view(ServiceName.ORDER).lists()) {
      environment.orders().eachOrder(prefix, "", observed::add);
    }
    if (environment.view(ServiceName.INVENTORY).lists()) {
      environment.inventory().eachReservation(prefix, "", observed::add);
      observed.setStockReserved(environment.inventory().stock(item).reserved());
    }
    if (environment.view(ServiceName.NOTIFICATION).lists()) {
      environment.notifications().eachNotification(prefix, "", observed::add);
    }
    addDeadLetters(environment, observed);
    FinalState.record(environment, run, prefix, item, written);
    return Checker.of(history, observed);
  }

  private static void addDeadLetters(TestEnvironment environment, ObservedState observed)
      throws InterruptedException {
    try (QueueBrowser browser = environment.broker().openBrowser()) {
      for (String queue : Topology.QUEUES) {
        String deadLetterQueue = Topology.deadLetterQueue(queue);
        long depth = browser.depth(deadLetterQueue).orElse(0);
        if (depth == 0) {
          continue;
        }
        long seen =
            browser.visit(
                deadLetterQueue,
                PATIENCE,
                delivery -> {
                  String id = DeadLetterInfo.orderIdOf(delivery);
                  if (id != null && id.startsWith(observed.ids().prefix())) {
                    observed.addDeadLetter(queue, id);
                  }
                  return true;
                });
        if (seen < depth) {
          observed.addUnreadable(
              "only %d of %d messages in %s could be seen".formatted(seen, depth, deadLetterQueue));
        }
      }
    }
  }
}
