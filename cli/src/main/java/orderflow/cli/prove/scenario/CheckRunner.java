package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.List;
import java.util.function.IntPredicate;
import orderflow.cli.client.HealthClient;
import orderflow.cli.client.ServiceName;
import orderflow.cli.deadletter.DeadLetterInfo;
import orderflow.cli.load.OrderIds;
import orderflow.cli.prove.check.Checker;
import orderflow.cli.prove.check.ClientHistory;
import orderflow.cli.prove.check.ObservedState;
import orderflow.cli.prove.environment.Deadline;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;

/**
 * Collects what the services and the broker have on record about the orders of a run, and holds it
 * against what clients were told.
 */
public final class CheckRunner {
  /** How long nothing must change while no work is left anywhere. */
  private static final Duration QUIET = Duration.ofSeconds(15);

  private static final String OUTBOX = "orderflow_outbox_entries";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final TestEnvironment stage;
  private final String item;
  private final ClientHistory ledger;

  /**
   * @param item what the run orders, and nobody else
   * @param ledger what its clients were told
   */
  public CheckRunner(TestEnvironment stage, String item, ClientHistory ledger) {
    this.stage = stage;
    this.item = item;
    this.ledger = ledger;
  }

  /**
   * See {@link QuiescenceWait}.
   *
   * @param notPromised the orders whose notifications nobody waits for
   */
  public QuiescenceWait.Result awaitQuiescence(
      Deadline idle, Duration longest, IntPredicate notPromised) throws InterruptedException {
    return new QuiescenceWait(stage, ledger, notPromised, System::nanoTime)
        .await(idle, new Deadline(QUIET), this::isWorkLeft, longest);
  }

  /** In a queue or an outbox, or for a service that is not ready; if in doubt there is. */
  private boolean isWorkLeft() throws InterruptedException {
    try (QueueBrowser browser = stage.broker().openBrowser()) {
      for (String queue : Topology.QUEUES) {
        if (browser.depth(queue).orElse(0) > 0) {
          return true;
        }
      }
    } catch (MessagingException e) {
      return true;
    }
    for (ServiceName service : ServiceName.values()) {
      try (HealthClient client = stage.health(service)) {
        if (!client.readiness().ready()
            || client.metrics().values().getOrDefault(OUTBOX, 1.0) > 0) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Judges the run.
   *
   * @param witness heard everything that was published
   * @param gaps in which notifications could be lost without breaking a promise
   */
  public Checker check(EventRecorder witness, List<Fault.LossWindow> gaps)
      throws InterruptedException {
    OrderIds ids = ledger.ids();
    var evidence = new ObservedState(ids);
    witness.addTo(evidence, gaps);
    stage.orders().eachOrder(ids.prefix(), "", evidence::add);
    stage.inventory().eachReservation(ids.prefix(), "", evidence::add);
    stage.notifications().eachNotification(ids.prefix(), "", evidence::add);
    addDeadLetters(evidence);
    evidence.setStockReserved(stage.inventory().stock(item).reserved());
    return Checker.of(ledger, evidence);
  }

  private void addDeadLetters(ObservedState evidence) throws InterruptedException {
    try (QueueBrowser browser = stage.broker().openBrowser()) {
      for (String queue : Topology.QUEUES) {
        String letters = Topology.deadLetterQueue(queue);
        long depth = browser.depth(letters).orElse(0);
        long seen =
            depth == 0
                ? 0
                : browser.visit(
                    letters,
                    PATIENCE,
                    letter -> {
                      String id = DeadLetterInfo.orderIdOf(letter);
                      if (id != null && id.startsWith(evidence.ids().prefix())) {
                        evidence.addDeadLetter(queue, id);
                      }
                      return true;
                    });
        if (seen < depth) {
          evidence.addUnreadable(
              "only %d of %d messages in %s could be seen".formatted(seen, depth, letters));
        }
      }
    }
  }
}
