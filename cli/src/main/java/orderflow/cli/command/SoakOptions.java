package orderflow.cli.command;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import orderflow.cli.prove.scenario.Scenario;
import orderflow.cli.prove.scenario.Scenarios;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** An endurance run. */
final class SoakOptions {
  private static final Duration SHORTEST = Duration.ofSeconds(5);

  @Option(
      names = "--soak",
      paramLabel = "DURATION",
      description =
          "Run a steady flow with random faults for so long; check every order at the end of each"
              + " window, and what grows.")
  private @Nullable Duration length;

  @Option(
      names = "--soak-window",
      paramLabel = "DURATION",
      description = "Length of a window of --soak (default: ${DEFAULT-VALUE}).",
      defaultValue = "5m")
  private Duration window = Duration.ofMinutes(5);

  boolean isGiven() {
    return length != null;
  }

  /** Why the options cannot be used; empty when they can. */
  Optional<String> problem() {
    if (length == null) {
      return Optional.empty();
    }
    return window.compareTo(SHORTEST) < 0 || window.compareTo(length) > 0
        ? Optional.of(
            "--soak-window must be from %d s to the length of the run"
                .formatted(SHORTEST.toSeconds()))
        : Optional.empty();
  }

  /** The windows. */
  List<Scenario> scenarios(String run, long seed) {
    return Scenarios.soak(run, seed, length == null ? window : length, window);
  }
}
