package orderflow.cli.prove.scenario;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.probe.DuplicateProbe;
import orderflow.event.OrderPlaced;

/** One order comes several times at its beginning, and once more at its end. */
final class DuplicateOrder implements Fault {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final int COPIES = 2;

  private final OrderPlaced order;
  private final Clock clock;
  private final List<DuplicateProbe.DuplicateResult> sent = new ArrayList<>();

  /**
   * @param orderId unique, and none of the run's own
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
  public void inject(TestEnvironment stage) throws InterruptedException {
    send(stage, COPIES);
  }

  @Override
  public void heal(TestEnvironment stage) throws InterruptedException {
    send(stage, 1);
  }

  private void send(TestEnvironment stage, int copies) throws InterruptedException {
    sent.add(
        new DuplicateProbe(stage.broker(), stage.inventory(), clock, LIMIT).send(order, copies));
  }

  @Override
  public String requiredEffect() {
    return description() + ": every copy arrives at inventory";
  }

  @Override
  public List<CheckResult> results(TestEnvironment stage) {
    List<CheckResult> findings = new ArrayList<>();
    int effects = sent.getLast().effects();
    findings.add(
        new CheckResult(
            "the duplicate: published %d times, %d effect%s, %d skipped"
                .formatted(
                    sent.stream().mapToInt(DuplicateProbe.DuplicateResult::published).sum(),
                    effects,
                    effects == 1 ? "" : "s",
                    sent.stream().mapToLong(DuplicateProbe.DuplicateResult::skipped).sum()),
            kind(effects)));
    sent.stream()
        .filter(found -> !found.remark().isEmpty())
        .forEach(found -> findings.add(new CheckResult(found.remark(), kind(effects))));
    return findings;
  }

  /** A copy that did not arrive yet proves nothing; a second effect is wrong, and so is none. */
  private CheckResult.Status kind(int effects) {
    return effects != 1
        ? CheckResult.Status.WRONG
        : sent.stream().allMatch(DuplicateProbe.DuplicateResult::passed)
            ? CheckResult.Status.OK
            : CheckResult.Status.NOT_SEEN;
  }
}
