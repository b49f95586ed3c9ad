package orderflow.cli.prove.scenario;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All scenarios by name. */
public final class Scenarios {
  private static final List<String> DEMO = List.of("backlog", "duplicate", "poison");

  private static final List<String> DEFAULT =
      List.of("happy-path", "backlog", "duplicate", "poison", "inventory-failure");

  private final Map<String, Scenario> scenarios = new LinkedHashMap<>();

  /**
   * @param run makes ids unique
   * @param seed of all random choices
   * @param full whether the backlog takes as long as in the original flow
   */
  public Scenarios(String run, long seed, boolean full, Clock clock) {
    Stream.of(
            BasicScenarios.all(run, full, clock),
            ServiceScenarios.all(seed),
            CrashScenarios.all(seed),
            BrokerScenarios.all(run),
            StoreScenarios.all(run, seed),
            MessageScenarios.all(run, seed),
            ClientScenarios.all(run, seed))
        .flatMap(List::stream)
        .forEach(spec -> scenarios.put(spec.name(), new Scenario(spec, run)));
  }

  /**
   * The windows of an endurance run.
   *
   * @param seed decides their faults
   */
  public static List<Scenario> soak(String run, long seed, Duration length, Duration window) {
    return CrashScenarios.soak(seed, length, window).stream()
        .map(spec -> new Scenario(spec, run))
        .toList();
  }

  /** Every name, in order. */
  public List<String> names() {
    return List.copyOf(scenarios.keySet());
  }

  /** The scenarios of {@code demo}. */
  public List<Scenario> demo() {
    return named(DEMO);
  }

  /** The scenarios that {@code verify} runs without arguments. */
  public List<Scenario> defaults() {
    return named(DEFAULT);
  }

  public List<Scenario> all() {
    return List.copyOf(scenarios.values());
  }

  /**
   * @throws IllegalArgumentException listing all names, when one is unknown
   */
  public List<Scenario> named(List<String> names) {
    return names.stream().flatMap(this::named).toList();
  }

  private Stream<Scenario> named(String name) {
    Scenario scenario = scenarios.get(name);
    if (scenario == null) {
      throw new IllegalArgumentException(
          "there is no scenario " + name + "; there are: " + String.join(", ", names()));
    }
    return Stream.of(scenario);
  }
}
