package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import orderflow.cli.load.OrderIds;
import orderflow.cli.prove.environment.Deadline;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.view.Text;
import orderflow.messaging.Topology;

/**
 * The dead-letter queue of the orders takes no more messages. Before it ends, every order that was
 * placed by then must have its outcome: orders have nothing to do with that queue.
 */
final class FullDeadLetterQueue implements Fault {
  static final String QUEUE = Topology.deadLetterQueue(Topology.ORDER_PLACED);

  private static final Duration OUTCOME_LIMIT = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(200);

  private final Fault full = Fault.of(new EnvironmentFault.QueueFull(QUEUE));
  private final OrderIds ids;
  private final List<CheckResult> findings = new ArrayList<>();

  /**
   * @param ids of the orders of its scenario
   */
  FullDeadLetterQueue(OrderIds ids) {
    this.ids = ids;
  }

  @Override
  public String description() {
    return full.description();
  }

  @Override
  public Optional<String> unsupported(TestEnvironment stage) {
    return full.unsupported(stage);
  }

  @Override
  public void inject(TestEnvironment stage) throws InterruptedException {
    full.inject(stage);
  }

  @Override
  public void heal(TestEnvironment stage) throws InterruptedException {
    try {
      findings.add(outcomes(stage));
    } finally {
      full.heal(stage);
    }
  }

  private CheckResult outcomes(TestEnvironment stage) throws InterruptedException {
    Set<String> placed = undecided(stage);
    Set<String> open = new HashSet<>(placed);
    var limit = new Deadline(OUTCOME_LIMIT);
    while (!open.isEmpty() && !limit.isOver()) {
      Thread.sleep(POLL);
      open.retainAll(undecided(stage));
    }
    return open.isEmpty()
        ? new CheckResult("every order had its outcome while %s was full".formatted(QUEUE), true)
        : CheckResult.wrong(
            "%s orders had no outcome for %s while %s was full"
                .formatted(Text.grouped(open.size()), limit.waited(), QUEUE));
  }

  private Set<String> undecided(TestEnvironment stage) throws InterruptedException {
    Set<String> undecided = new HashSet<>();
    stage
        .orders()
        .eachOrder(
            ids.prefix(),
            "",
            order -> {
              if (!order.isDecided()) {
                undecided.add(order.orderId());
              }
            });
    return undecided;
  }

  @Override
  public String requiredEffect() {
    return full.requiredEffect();
  }

  @Override
  public Optional<String> missingEffect(FaultWindow window) {
    return full.missingEffect(window);
  }

  @Override
  public List<CheckResult> results(TestEnvironment stage) {
    return findings;
  }
}
