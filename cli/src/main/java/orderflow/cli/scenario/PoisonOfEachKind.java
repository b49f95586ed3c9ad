package orderflow.cli.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import orderflow.messaging.Topology;

/** Messages that are no orders, one of each kind. */
final class PoisonOfEachKind implements Disturbance {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final List<PoisonKind> KINDS = List.of(PoisonKind.values());

  private final String run;
  private List<PoisonProbe.Finding> found = List.of();

  /**
   * @param run makes the message ids unique
   */
  PoisonOfEachKind(String run) {
    this.run = run;
  }

  @Override
  public String what() {
    return "poison of " + KINDS.size() + " kinds";
  }

  @Override
  public void begin(Stage stage) throws InterruptedException {
    found = new PoisonProbe(stage.broker(), run, LIMIT).send(KINDS);
  }

  @Override
  public void end(Stage stage) {}

  @Override
  public void cleanUp(Stage stage) throws InterruptedException {
    OwnDeadLetters.remove(
        stage.broker(),
        Topology.deadLetterQueue(Topology.ORDER_PLACED),
        new OwnPoison(
            KINDS.stream()
                .collect(Collectors.toMap(kind -> LetterSearch.messageId(run, kind), k -> k))));
  }

  @Override
  public String required() {
    return what() + ": each becomes a dead letter";
  }

  @Override
  public List<Finding> findings(Stage stage) {
    List<Finding> findings = new ArrayList<>();
    long right = found.stream().filter(PoisonProbe.Finding::passed).count();
    findings.add(
        new Finding(
            "poison: %d of %d messages dead-lettered once, every byte kept"
                .formatted(right, KINDS.size()),
            right == KINDS.size()));
    found.stream()
        .filter(finding -> !finding.passed())
        .forEach(finding ->
            findings.add(
                Finding.wrong(
                    "poison: %s has %d dead letters, reason %s, bytes %s"
                        .formatted(
                            finding.kind(),
                            finding.deadLettered(),
                            finding.reason(),
                            finding.intact() ? "kept" : "changed"))));
    return findings;
  }
}
