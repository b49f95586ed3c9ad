package orderflow.cli.scenario;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import orderflow.cli.scenario.Verdict.Books;
import orderflow.event.OrderPlaced;

/** The same order arrives twice, and once more after inventory was restarted. */
public final class DuplicateScenario implements Scenario {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final int COPIES = 2;

  private final String run;
  private final Clock clock;

  /**
   * @param run makes the order id unique
   */
  public DuplicateScenario(String run, Clock clock) {
    this.run = run;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "duplicate";
  }

  @Override
  public Verdict play(Stage stage, Observer observer) throws InterruptedException {
    var order = new OrderPlaced(run + "-dup", "widget", 1, "u1");
    var probe = new DuplicateProbe(stage.broker(), stage.inventory(), clock, LIMIT);
    observer.say("publishing order " + order.orderId() + " twice");
    DuplicateProbe.Finding first = probe.send(order, COPIES);
    observer.say("  effects %d, skipped %d".formatted(first.effects(), first.skipped()));
    observer.say("restarting inventory, then publishing it once more");
    var restart = new Fault.Stopped(ServiceName.INVENTORY);
    stage.inject(restart);
    stage.heal(restart);
    DuplicateProbe.Finding again = probe.send(order, 1);
    observer.say("  effects %d, skipped %d more".formatted(again.effects(), again.skipped()));
    boolean passed = first.passed() && again.passed();
    long skipped = first.skipped() + again.skipped();
    return Verdict.of(
        name(),
        passed,
        "published %d times, %d effect%s, %d skipped, a restart in between"
            .formatted(COPIES + 1, again.effects(), again.effects() == 1 ? "" : "s", skipped),
        new Books(
            1,
            again.effects(),
            0,
            0,
            again.effects(),
            List.of(),
            again.effects() > 1 ? List.of(order.orderId()) : List.of()),
        Stream.of(first.remark(), again.remark()).filter(remark -> !remark.isEmpty()).toList());
  }
}
