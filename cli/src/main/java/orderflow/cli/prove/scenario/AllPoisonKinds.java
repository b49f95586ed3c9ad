package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.probe.DeadLetterRemover;
import orderflow.cli.prove.probe.DeadLetterSearch;
import orderflow.cli.prove.probe.PoisonKind;
import orderflow.cli.prove.probe.PoisonProbe;
import orderflow.cli.prove.probe.PoisonProbe.PoisonResult;
import orderflow.messaging.Topology;

/** One poison message of each kind. */
final class AllPoisonKinds implements Fault {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final List<PoisonKind> KINDS = List.of(PoisonKind.values());

  private final String run;
  private List<PoisonResult> sent = List.of();

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
  public void inject(TestEnvironment environment) throws InterruptedException {
    sent = new PoisonProbe(environment.broker(), run, LIMIT).send(KINDS);
  }

  @Override
  public void heal(TestEnvironment environment) {}

  @Override
  public void tearDown(TestEnvironment environment) throws InterruptedException {
    DeadLetterRemover.remove(
        environment.broker(),
        Topology.deadLetterQueue(Topology.ORDER_PLACED),
        KINDS.stream()
            .collect(Collectors.toMap(kind -> DeadLetterSearch.messageId(run, kind), k -> k)));
  }

  @Override
  public String requiredEffect() {
    return description() + ": each becomes a dead letter";
  }

  @Override
  public List<AssertionResult> results(TestEnvironment environment) {
    List<AssertionResult> results = new ArrayList<>();
    long passed = sent.stream().filter(PoisonResult::passed).count();
    results.add(
        AssertionResult.of(
            "poison: %d of %d messages dead-lettered once, every byte kept"
                .formatted(passed, KINDS.size()),
            passed == KINDS.size()));
    sent.stream()
        .filter(result -> !result.passed())
        .map(result ->
            "poison: %s has %d dead letters, reason %s, bytes %s"
                .formatted(
                    result.kind(),
                    result.deadLettered(),
                    result.reason(),
                    result.intact() ? "kept" : "changed"))
        .forEach(text -> results.add(AssertionResult.wrong(text)));
    return results;
  }
}
