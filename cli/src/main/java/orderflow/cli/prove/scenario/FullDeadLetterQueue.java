package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import orderflow.cli.load.OrderIds;
import orderflow.cli.prove.environment.Deadline;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.view.Text;
import orderflow.messaging.Topology;

/**
 * The dead-letter queue of the orders is full. Orders do not use it, so each must be decided before
 * it is healed.
 */
final class FullDeadLetterQueue extends InjectedFault {
  private static final String QUEUE = Topology.deadLetterQueue(Topology.ORDER_PLACED);
  private static final Duration OUTCOME_LIMIT = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(200);

  private final OrderIds ids;
  private final List<AssertionResult> results = new ArrayList<>();

  /**
   * @param ids of the orders of its scenario
   */
  FullDeadLetterQueue(OrderIds ids) {
    super(new EnvironmentFault.QueueFull(QUEUE, 1));
    this.ids = ids;
  }

  @Override
  public void heal(TestEnvironment environment) throws InterruptedException {
    try {
      results.add(checkOutcomes(environment));
    } finally {
      super.heal(environment);
    }
  }

  private AssertionResult checkOutcomes(TestEnvironment environment) throws InterruptedException {
    Set<String> open = undecided(environment);
    var limit = new Deadline(OUTCOME_LIMIT);
    while (!open.isEmpty() && !limit.isOver()) {
      Thread.sleep(POLL);
      open.retainAll(undecided(environment));
    }
    return open.isEmpty()
        ? AssertionResult.of("every order had its outcome while %s was full".formatted(QUEUE), true)
        : AssertionResult.wrong(
            "%s orders had no outcome for %s while %s was full"
                .formatted(Text.grouped(open.size()), limit.waited(), QUEUE));
  }

  private Set<String> undecided(TestEnvironment environment) throws InterruptedException {
    Set<String> undecided = new HashSet<>();
    environment
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
  public List<AssertionResult> results(TestEnvironment environment) {
    return results;
  }
}
