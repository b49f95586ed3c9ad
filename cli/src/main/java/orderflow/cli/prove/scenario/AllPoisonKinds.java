package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.probe.DeadLetterRemover;
import orderflow.cli.prove.probe.DeadLetterSearch;
import orderflow.cli.prove.probe.PoisonFilter;
import orderflow.cli.prove.probe.PoisonKind;
import orderflow.cli.prove.probe.PoisonProbe;
import orderflow.messaging.Topology;

/** Messages that are no orders, one of each kind. */
final class AllPoisonKinds implements Fault {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final List<PoisonKind> KINDS = List.of(PoisonKind.values());

  private final String run;
  private List<PoisonProbe.PoisonResult> found = List.of();

  /**
   * @param run makes the message ids unique
   */
  AllPoisonKinds(String run) {
    this.run = run;
  }

  @Override
  public String description() {
    return "poison of " + KINDS.size() + " kinds";
  }

  @Override
  public void inject(TestEnvironment stage) throws InterruptedException {
    found = new PoisonProbe(stage.broker(), run, LIMIT).send(KINDS);
  }

  @Override
  public void heal(TestEnvironment stage) {}

  @Override
  public void tearDown(TestEnvironment stage) throws InterruptedException {
    DeadLetterRemover.remove(
        stage.broker(),
        Topology.deadLetterQueue(Topology.ORDER_PLACED),
        new PoisonFilter(
            KINDS.stream()
                .collect(Collectors.toMap(kind -> DeadLetterSearch.messageId(run, kind), k -> k))));
  }

  @Override
  public String requiredEffect() {
    return description() + ": each becomes a dead letter";
  }

  @Override
  public List<CheckResult> results(TestEnvironment stage) {
    List<CheckResult> findings = new ArrayList<>();
    long right = found.stream().filter(PoisonProbe.PoisonResult::passed).count();
    findings.add(
        new CheckResult(
            "poison: %d of %d messages dead-lettered once, every byte kept"
                .formatted(right, KINDS.size()),
            right == KINDS.size()));
    found.stream()
        .filter(finding -> !finding.passed())
        .forEach(finding ->
            findings.add(
                CheckResult.wrong(
                    "poison: %s has %d dead letters, reason %s, bytes %s"
                        .formatted(
                            finding.kind(),
                            finding.deadLettered(),
                            finding.reason(),
                            finding.intact() ? "kept" : "changed"))));
    return findings;
  }
}
