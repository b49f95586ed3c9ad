package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.cli.prove.probe.DeadLetterRemover;
import orderflow.cli.prove.probe.DeadLetterSearch;
import orderflow.cli.prove.probe.PoisonKind;
import orderflow.cli.prove.probe.PoisonProbe;
import orderflow.messaging.Topology;
import org.jspecify.annotations.Nullable;

/** One poison message of each kind. */
final class AllPoisonKinds implements Fault {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final List<PoisonKind> KINDS = List.of(PoisonKind.values());

  private final String run;
  private @Nullable HistoryWriter history;

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
  public void useHistory(HistoryWriter writer) {
    history = writer;
  }

  @Override
  public void inject(TestEnvironment environment) throws InterruptedException {
    var probe = new PoisonProbe(environment.broker(), run, LIMIT);
    probe.send(KINDS);
    HistoryWriter writer = history;
    if (writer != null) {
      for (PoisonKind kind : KINDS) {
        writer.add(
            MessageRecords.poison(
                writer.now(),
                probe.message(kind),
                Topology.ORDER_PLACED,
                kind.reason().wire(),
                false));
      }
    }
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
}
