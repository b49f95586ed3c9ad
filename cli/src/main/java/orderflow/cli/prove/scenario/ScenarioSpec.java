package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orderflow.cli.load.Rate;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.schedule.FaultSchedule;
import orderflow.cli.prove.schedule.FaultSchedule.Entry;

/**
 * The orders, faults and limits of a scenario.
 *
 * @param purpose human-readable, in one line
 * @param length how long orders are placed
 * @param stock of the ordered item; 0 for unlimited
 * @param leastBacklog messages that must wait at a time, or nothing is proved
 * @param bounds that every run must keep
 */
record ScenarioSpec(
    String name,
    String purpose,
    Rate rate,
    Duration length,
    long stock,
    long leastBacklog,
    Bounds bounds,
    List<Step> steps) {
  private static final Rate RATE = Rate.perSecond(100);

  /** The heartbeat interval is 10 s, and two heartbeats may be missed. */
  private static final int BEYOND_HEARTBEAT = 26;

  ScenarioSpec {
    steps = List.copyOf(steps);
  }

  /**
   * Limits of a scenario on an idle machine; times are longer on a busy one.
   *
   * @param acceptedShare the least share of the orders that were due while no fault kept the order
   *     service from accepting them
   * @param p99 of the response times of orders while no fault stopped intake
   * @param recovery from the end of the last fault to the usual backlog
   */
  record Bounds(double acceptedShare, Duration p99, Duration recovery) {
    static final Bounds DEFAULT = new Bounds(0.9, Duration.ofSeconds(2), Duration.ofSeconds(45));
  }

  /** A fault, and when it is injected and healed, after the start. */
  record Step(Duration from, Duration until, Fault fault) {
    /** Times in seconds. */
    static Step of(double from, double until, Fault fault) {
      return new Step(
          Duration.ofMillis(Math.round(from * 1e3)),
          Duration.ofMillis(Math.round(until * 1e3)),
          fault);
    }

    /** A fault of the environment; times in seconds. */
    static Step of(double from, double until, EnvironmentFault fault) {
      return of(from, until, new InjectedFault(fault));
    }
  }

  /** Orders for 10 s, with a fault from 3 s to 6 s. */
  static ScenarioSpec withFault(String name, String purpose, EnvironmentFault fault) {
    return of(name, purpose, 10, Step.of(3, 6, fault));
  }

  /** A fault that lasts for longer than the heartbeat, with orders until 5 s afterwards. */
  static ScenarioSpec withLongFault(String name, String purpose, EnvironmentFault fault) {
    return of(name, purpose, BEYOND_HEARTBEAT + 8, Step.of(3, 3.0 + BEYOND_HEARTBEAT, fault));
  }

  /** With 100 orders a second and unlimited stock. */
  static ScenarioSpec of(String name, String purpose, int seconds, List<Step> steps) {
    return new ScenarioSpec(
        name, purpose, RATE, Duration.ofSeconds(seconds), 0, 0, Bounds.DEFAULT, steps);
  }

  static ScenarioSpec of(String name, String purpose, int seconds, Step... steps) {
    return of(name, purpose, seconds, List.of(steps));
  }

  /**
   * @param rest how many seconds orders go on after the last fault
   */
  static ScenarioSpec of(String name, String purpose, FaultSchedule schedule, int rest) {
    int end = (int) Math.ceil(schedule.end().orElse(0.0));
    return of(name, purpose, end + rest, steps(schedule));
  }

  /** Runs with those of its faults that the environment supports. */
  ScenarioSpec withOptionalFaults() {
    return withSteps(
        steps.stream()
            .map(step ->
                step.fault()
                    .inEnvironment()
                    .map(
                        fault -> new Step(step.from(), step.until(), InjectedFault.optional(fault)))
                    .orElse(step))
            .toList());
  }

  ScenarioSpec withSteps(List<Step> others) {
    return new ScenarioSpec(name, purpose, rate, length, stock, leastBacklog, bounds, others);
  }

  private static List<Step> steps(FaultSchedule schedule) {
    return schedule.entries().stream()
        .map(entry -> Step.of(entry.from(), entry.until(), entry.fault()))
        .toList();
  }

  /** With other faults, at least as long as before. */
  ScenarioSpec withSchedule(FaultSchedule schedule) {
    Duration end = Duration.ofMillis(Math.round((schedule.end().orElse(0.0) + 1) * 1e3));
    return new ScenarioSpec(
        name,
        purpose,
        rate,
        end.compareTo(length) > 0 ? end : length,
        stock,
        leastBacklog,
        bounds,
        steps(schedule));
  }

  /** Its faults as a schedule; empty when one of them cannot be in a schedule. */
  Optional<FaultSchedule> schedule() {
    List<Entry> entries = new ArrayList<>();
    for (Step step : steps) {
      Optional<EnvironmentFault> fault =
          step.fault().inEnvironment().filter(FaultSchedule::hasText);
      if (fault.isEmpty()) {
        return Optional.empty();
      }
      entries.add(
          new Entry(step.from().toMillis() / 1e3, step.until().toMillis() / 1e3, fault.get()));
    }
    return Optional.of(new FaultSchedule(entries));
  }

  ScenarioSpec withLength(Duration time) {
    return new ScenarioSpec(name, purpose, rate, time, stock, leastBacklog, bounds, steps);
  }

  ScenarioSpec withRate(int perSecond) {
    return new ScenarioSpec(
        name, purpose, Rate.perSecond(perSecond), length, stock, leastBacklog, bounds, steps);
  }

  ScenarioSpec withStock(long quantity) {
    return new ScenarioSpec(name, purpose, rate, length, quantity, leastBacklog, bounds, steps);
  }

  ScenarioSpec withBacklog(long least) {
    return new ScenarioSpec(name, purpose, rate, length, stock, least, bounds, steps);
  }

  ScenarioSpec withBounds(Bounds limits) {
    return new ScenarioSpec(name, purpose, rate, length, stock, leastBacklog, limits, steps);
  }
}
