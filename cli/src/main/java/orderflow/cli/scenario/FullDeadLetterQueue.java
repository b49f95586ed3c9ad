package orderflow.cli.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import orderflow.cli.load.OrderIds;
import orderflow.cli.view.Text;
import orderflow.messaging.Topology;

/**
 * The dead-letter queue of the orders takes no more messages. Before it ends, every order that was
 * placed by then must have its outcome: orders have nothing to do with that queue.
 */
final class FullDeadLetterQueue implements Disturbance {
  static final String QUEUE = Topology.deadLetterQueue(Topology.ORDER_PLACED);

  private static final Duration OUTCOME_LIMIT = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(200);

  private final Disturbance full = Disturbance.of(new Fault.QueueFull(QUEUE));
  private final OrderIds ids;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param ids of the orders of its scenario
   */
  FullDeadLetterQueue(OrderIds ids) {
    this.ids = ids;
  }

  @Override
  public String what() {
    return full.what();
  }

  @Override
  public Optional<String> unable(Stage stage) {
    return full.unable(stage);
  }

  @Override
  public void begin(Stage stage) throws InterruptedException {
    full.begin(stage);
  }

  @Override
  public void end(Stage stage) throws InterruptedException {
    try {
      findings.add(outcomes(stage));
    } finally {
      full.end(stage);
    }
  }

  private Finding outcomes(Stage stage) throws InterruptedException {
    Set<String> placed = undecided(stage);
    Set<String> open = new HashSet<>(placed);
    var limit = new Deadline(OUTCOME_LIMIT);
    while (!open.isEmpty() && !limit.isOver()) {
      Thread.sleep(POLL);
      open.retainAll(undecided(stage));
    }
    return open.isEmpty()
        ? new Finding("every order had its outcome while %s was full".formatted(QUEUE), true)
        : Finding.wrong(
            "%s orders had no outcome for %s while %s was full"
                .formatted(Text.grouped(open.size()), limit.waited(), QUEUE));
  }

  private Set<String> undecided(Stage stage) throws InterruptedException {
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
  public String required() {
    return full.required();
  }

  @Override
  public Optional<String> missing(FaultWindow window) {
    return full.missing(window);
  }

  @Override
  public List<Finding> findings(Stage stage) {
    return findings;
  }
}
