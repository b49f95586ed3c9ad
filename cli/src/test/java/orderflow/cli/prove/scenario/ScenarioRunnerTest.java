package orderflow.cli.prove.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.environment.Deadline;
import orderflow.cli.prove.environment.EnvironmentSource;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose environment does not start, or ends with an error. */
class ScenarioRunnerTest {
  private static final String NO_BROKER = "amqp://guest:guest@127.0.0.1:1";

  private final List<Scenario> scenarios =
      new Scenarios("run", 1, false, Clock.systemUTC())
          .named(List.of("happy-path", "backlog", "poison", "kill-order"));

  @TempDir private Path folder;
  private final List<ScenarioResult> results = new ArrayList<>();
  private int starts;
  private int discards;

  private void run(Supplier<TestEnvironment> starting) throws InterruptedException {
    EnvironmentSource source =
        new EnvironmentSource() {
          private Optional<TestEnvironment> current = Optional.empty();

          @Override
          public TestEnvironment environment() {
            if (current.isEmpty()) {
              starts++;
              current = Optional.of(starting.get());
            }
            return current.orElseThrow();
          }

          @Override
          public Optional<Path> discard() {
            discards++;
            current.orElseThrow().close();
            current = Optional.empty();
            return Optional.of(Path.of("kept"));
          }

          @Override
          public void close() {}
        };
    new ScenarioRunner(
            scenarios,
            () -> source,
            _ -> {},
            new SilentListener(),
            new HistoryFolder(folder, Clock.systemUTC()),
            results::add)
        .run();
  }

  private static TestEnvironment broken() {
    try {
      return new FaultyServices(NO_BROKER);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CliException failure(ExitCode code) {
    return new CliException(code, "the flow is not ready within 90 s");
  }

  @Test
  void scenarioWithErrorIsInconclusiveAndTheNextGetsANewEnvironment() throws Exception {
    run(ScenarioRunnerTest::broken);

    // kill-order is skipped: these services cannot be killed
    assertEquals(
        List.of(Verdict.INCONCLUSIVE, Verdict.SKIP, Verdict.INCONCLUSIVE, Verdict.SKIP),
        results.stream().map(ScenarioResult::verdict).toList());
    assertEquals(3, starts, "the environment of a scenario that was skipped is as good as new");
    assertEquals(2, discards);
    assertTrue(results.getFirst().summary().startsWith("broke down: "), results.toString());
    assertTrue(results.getFirst().remarks().getLast().endsWith("kept in kept"));
    assertEquals(Verdict.INCONCLUSIVE, ScenarioResult.overall(results));
  }

  @Test
  void flowThatIsNotReadyIsInconclusiveAndStartedOnceMore() throws Exception {
    run(() -> {
      throw failure(ExitCode.FAILED);
    });

    assertEquals(4, results.size());
    results.forEach(result -> assertEquals(Verdict.INCONCLUSIVE, result.verdict()));
    assertEquals(2, starts);
    assertEquals("not played: the flow is not ready within 90 s", results.getFirst().summary());
    assertEquals(0, discards);
  }

  @Test
  void flowThatStartsTheSecondTimeRunsTheOtherScenarios() throws Exception {
    run(() -> {
      if (starts == 1) {
        throw failure(ExitCode.FAILED);
      }
      return broken();
    });

    assertEquals("not played: the flow is not ready within 90 s", results.getFirst().summary());
    assertEquals(Verdict.SKIP, results.get(1).verdict());
    assertTrue(results.get(2).summary().startsWith("broke down: "), results.toString());
  }

  @Test
  void unreachableBrokerLeavesAResultForEachScenario() {
    assertThrows(
        CliException.class,
        () ->
            run(() -> {
              throw failure(ExitCode.UNREACHABLE);
            }));

    assertEquals(4, results.size());
    results.forEach(result -> assertEquals(Verdict.INCONCLUSIVE, result.verdict()));
    assertEquals(1, starts);
  }

  @Test
  void internalErrorLeavesAResultForEachScenario() {
    assertThrows(
        IllegalStateException.class,
        () ->
            run(() -> {
              throw new IllegalStateException("a bug");
            }));

    assertEquals(4, results.size());
    assertTrue(results.getLast().summary().contains("internal error"), results.toString());
  }

  @Test
  void busyMachineGetsMoreTimeAndTheMessageSaysSo() {
    long[] now = {0};
    var deadline = new Deadline(Duration.ofSeconds(90), Duration.ofDays(1), () -> now[0], () -> 4);
    now[0] = Duration.ofSeconds(91).toNanos();

    assertEquals(false, deadline.isOver());
    now[0] = Duration.ofSeconds(361).toNanos();
    assertEquals(true, deadline.isOver());
    assertTrue(deadline.waited().startsWith("360 s, on a busy machine (load "), deadline.waited());
  }

  @Test
  void idleMachineGetsTheLimit() {
    long[] now = {0};
    var deadline = new Deadline(Duration.ofSeconds(90), Duration.ofDays(1), () -> now[0], () -> 1);
    now[0] = Duration.ofSeconds(90).toNanos();

    assertEquals(true, deadline.isOver());
    assertEquals("90 s", deadline.waited());
  }

  @Test
  void busyMachineGetsAtMostTheLongestLimit() {
    long[] now = {0};
    var deadline =
        new Deadline(Duration.ofSeconds(30), Duration.ofSeconds(60), () -> now[0], () -> 4);
    now[0] = Duration.ofSeconds(59).toNanos();

    assertEquals(false, deadline.isOver());
    now[0] = Duration.ofSeconds(60).toNanos();
    assertEquals(true, deadline.isOver());
    assertTrue(deadline.waited().startsWith("60 s, on a busy machine (load "), deadline.waited());
  }
}
