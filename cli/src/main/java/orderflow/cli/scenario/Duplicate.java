package orderflow.cli.scenario;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import orderflow.event.OrderPlaced;

/** One order comes several times at its beginning, and once more at its end. */
final class Duplicate implements Disturbance {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final int COPIES = 2;

  private final OrderPlaced order;
  private final Clock clock;
  private final List<DuplicateProbe.Finding> sent = new ArrayList<>();

  /**
   * @param orderId unique, and none of the run's own
   */
  Duplicate(String orderId, Clock clock) {
    this.order = new OrderPlaced(orderId, "widget", 1, "u1");
    this.clock = clock;
  }

  @Override
  public String what() {
    return "an order published " + (COPIES + 1) + " times";
  }

  @Override
  public void begin(Stage stage) throws InterruptedException {
    send(stage, COPIES);
  }

  @Override
  public void end(Stage stage) throws InterruptedException {
    send(stage, 1);
  }

  private void send(Stage stage, int copies) throws InterruptedException {
    sent.add(
        new DuplicateProbe(stage.broker(), stage.inventory(), clock, LIMIT).send(order, copies));
  }

  @Override
  public String required() {
    return what() + ": every copy arrives at inventory";
  }

  @Override
  public List<Finding> findings(Stage stage) {
    List<Finding> findings = new ArrayList<>();
    int effects = sent.getLast().effects();
    findings.add(
        new Finding(
            "the duplicate: published %d times, %d effect%s, %d skipped"
                .formatted(
                    sent.stream().mapToInt(DuplicateProbe.Finding::published).sum(),
                    effects,
                    effects == 1 ? "" : "s",
                    sent.stream().mapToLong(DuplicateProbe.Finding::skipped).sum()),
            kind(effects)));
    sent.stream()
        .filter(found -> !found.remark().isEmpty())
        .forEach(found -> findings.add(new Finding(found.remark(), kind(effects))));
    return findings;
  }

  /** A copy that did not arrive yet proves nothing; a second effect is wrong, and so is none. */
  private Finding.Kind kind(int effects) {
    return effects != 1
        ? Finding.Kind.WRONG
        : sent.stream().allMatch(DuplicateProbe.Finding::passed)
            ? Finding.Kind.RIGHT
            : Finding.Kind.NOT_SEEN;
  }
}
