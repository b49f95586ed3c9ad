package orderflow.cli.scenario;

import java.time.Duration;
import java.util.List;
import orderflow.cli.scenario.PoisonProbe.Finding;
import orderflow.cli.scenario.Verdict.Books;
import orderflow.event.OrderPlaced;

/**
 * Messages that are no orders end in the dead-letter queue, once each, and the next order works.
 */
public final class PoisonScenario implements Scenario {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private final String run;

  /**
   * @param run makes the message ids unique
   */
  public PoisonScenario(String run) {
    this.run = run;
  }

  @Override
  public String name() {
    return "poison";
  }

  @Override
  public Verdict play(Stage stage, Observer observer) throws InterruptedException {
    List<PoisonKind> kinds = List.of(PoisonKind.values());
    observer.say("publishing " + kinds.size() + " poison messages, each of another kind");
    List<Finding> findings = new PoisonProbe(stage.broker(), run, LIMIT).send(kinds);
    for (Finding finding : findings) {
      observer.say(
          "  %-14s -> %s"
              .formatted(
                  finding.kind(),
                  finding.deadLettered() == 0
                      ? "NOT FOUND"
                      : finding.queue() + " (" + finding.reason() + ")"));
    }
    String orderId = run + "-after-poison";
    stage.orders().place(new OrderPlaced(orderId, "widget", 1, "u1"));
    String outcome = stage.orders().awaitOutcome(orderId, LIMIT).orElse("undecided");
    observer.say("an order right behind them: " + outcome);
    long right = findings.stream().filter(Finding::passed).count();
    boolean orderWorked = outcome.equals("reserved");
    return Verdict.of(
        name(),
        right == kinds.size() && orderWorked,
        "%d of %d poison messages dead-lettered once, every byte kept; the next order was %s"
            .formatted(right, kinds.size(), outcome),
        new Books(1, orderWorked ? 1 : 0, 0, right, 0, List.of(), List.of()),
        List.of());
  }
}
