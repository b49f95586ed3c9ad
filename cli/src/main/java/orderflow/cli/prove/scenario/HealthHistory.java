package orderflow.cli.prove.scenario;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import orderflow.cli.client.ServiceName;

/**
 * What each service said of itself during a scenario: readiness, start time and counters. Times are
 * seconds since the start of the scenario. Thread-safe.
 */
final class HealthHistory {
  /** The metric that counts how often a worker, and with it its connections, started. */
  static final String WORKER_STARTS = "orderflow_worker_starts_total";

  private final Map<ServiceName, List<State>> states = new EnumMap<>(ServiceName.class);

  /**
   * One answer of a service, or that there was none.
   *
   * @param checks each by name, {@code up} or why not
   * @param startTime of its process, in seconds since 1970; empty when it was not told
   * @param metrics by name; empty when they were not asked for, or not told
   */
  record State(
      double seconds,
      boolean answers,
      boolean ready,
      Map<String, String> checks,
      OptionalDouble startTime,
      Map<String, Double> metrics) {
    static State silent(double seconds) {
      return new State(seconds, false, false, Map.of(), OptionalDouble.empty(), Map.of());
    }

    /** Checks that are not up, for people. */
    List<String> problems() {
      return checks.entrySet().stream()
          .filter(check -> !check.getValue().equals("up"))
          .map(check -> check.getKey() + ": " + check.getValue())
          .toList();
    }
  }

  HealthHistory() {
    for (ServiceName service : ServiceName.values()) {
      states.put(service, new ArrayList<>());
    }
  }

  synchronized void add(ServiceName service, State state) {
    all(service).add(state);
  }

  private List<State> all(ServiceName service) {
    return Objects.requireNonNull(states.get(service));
  }

  /** In the order of time. */
  synchronized Stream<State> between(ServiceName service, double from, double until) {
    return List.copyOf(all(service)).stream()
        .filter(state -> state.seconds() >= from && state.seconds() <= until);
  }

  /**
   * Whether the service is another process since it was silent after {@code from}; empty when it
   * does not tell, or not yet.
   */
  Optional<Boolean> restarted(ServiceName service, double from) {
    OptionalDouble before =
        last(between(service, 0, from).map(State::startTime).filter(OptionalDouble::isPresent));
    OptionalDouble after =
        last(
            between(service, lastSilent(service, from), Double.MAX_VALUE)
                .map(State::startTime)
                .filter(OptionalDouble::isPresent));
    return before.isPresent() && after.isPresent()
        ? Optional.of(after.getAsDouble() != before.getAsDouble()) // a clock may be set back
        : Optional.empty();
  }

  private double lastSilent(ServiceName service, double from) {
    return between(service, from, Double.MAX_VALUE)
        .filter(state -> !state.answers())
        .mapToDouble(State::seconds)
        .max()
        .orElse(from);
  }

  private static OptionalDouble last(Stream<OptionalDouble> values) {
    return values.reduce((_, later) -> later).orElse(OptionalDouble.empty());
  }

  /**
   * By how much a counter grew after {@code from}, that of a restarted process counted from 0;
   * empty when the service does not have it.
   */
  OptionalDouble growth(ServiceName service, String metric, double from) {
    OptionalDouble before =
        last(
            between(service, 0, from)
                .map(state -> counter(state, metric))
                .filter(OptionalDouble::isPresent));
    List<Double> after =
        between(service, from, Double.MAX_VALUE)
            .map(state -> counter(state, metric))
            .filter(OptionalDouble::isPresent)
            .map(OptionalDouble::getAsDouble)
            .toList();
    if (after.isEmpty()) {
      return OptionalDouble.empty();
    }
    double growth = 0;
    double last = before.orElse(0);
    for (double value : after) {
      growth += value >= last ? value - last : value;
      last = value;
    }
    return OptionalDouble.of(growth);
  }

  /** A counter that is not there yet has counted nothing; without metrics nothing is known. */
  private static OptionalDouble counter(State state, String metric) {
    return state.metrics().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(state.metrics().getOrDefault(metric, 0.0));
  }
}
