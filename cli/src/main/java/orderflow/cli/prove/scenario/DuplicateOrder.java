package orderflow.cli.prove.scenario;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.probe.DuplicateProbe;
import orderflow.cli.prove.probe.DuplicateProbe.DuplicateResult;
import orderflow.cli.prove.scenario.Fault.AssertionResult.Status;
import orderflow.event.OrderPlaced;

/** An order is published twice at the start, and once more at the end. */
final class DuplicateOrder implements Fault {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final int COPIES = 2;

  private final OrderPlaced order;
  private final Clock clock;
  private final List<DuplicateResult> sent = new ArrayList<>();

  /**
   * @param orderId unique, and not one of the run's orders
   */
  DuplicateOrder(String orderId, Clock clock) {
    this.order = new OrderPlaced(orderId, "widget", 1, "u1");
    this.clock = clock;
  }

  @Override
  public String description() {
    return "an order published " + (COPIES + 1) + " times";
  }

  @Override
  public void inject(TestEnvironment environment) throws InterruptedException {
    send(environment, COPIES);
  }

  @Override
  public void heal(TestEnvironment environment) throws InterruptedException {
    send(environment, 1);
  }

  private void send(TestEnvironment environment, int copies) throws InterruptedException {
    var probe = new DuplicateProbe(environment.broker(), environment.inventory(), clock, LIMIT);
    sent.add(probe.send(order, copies));
  }

  @Override
  public String requiredEffect() {
    return description() + ": every copy arrives at inventory";
  }

  @Override
  public List<AssertionResult> results(TestEnvironment environment) {
    int effects = sent.getLast().effects();
    // A copy that has not arrived proves nothing; none or a second effect is wrong.
    Status status =
        effects != 1
            ? Status.WRONG
            : sent.stream().allMatch(DuplicateResult::passed) ? Status.OK : Status.NOT_SEEN;
    List<AssertionResult> results = new ArrayList<>();
    results.add(
        new AssertionResult(
            "the duplicate: published %d times, %d effect%s, %d skipped"
                .formatted(
                    sent.stream().mapToInt(DuplicateResult::published).sum(),
                    effects,
                    effects == 1 ? "" : "s",
                    sent.stream().mapToLong(DuplicateResult::skipped).sum()),
            status));
    sent.stream()
        .map(DuplicateResult::remark)
        .filter(remark -> !remark.isEmpty())
        .forEach(remark -> results.add(new AssertionResult(remark, status)));
    return results;
  }
}
