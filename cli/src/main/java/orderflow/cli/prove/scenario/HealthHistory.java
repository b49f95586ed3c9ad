package orderflow.cli.prove.scenario;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;
import orderflow.cli.client.ServiceName;

/**
 * Readiness, start time and counters of each service during a scenario. Times are seconds since its
 * start. Thread-safe.
 */
final class HealthHistory {
  /** Counts the starts of workers, which open new connections. */
  static final String WORKER_STARTS = "orderflow_worker_starts_total";

  private final Map<ServiceName, List<State>> states = new EnumMap<>(ServiceName.class);

  /**
   * One response of a service, or its absence.
   *
   * @param checks by name: {@code up} or the problem
   * @param startTime of its process, in seconds since 1970; empty when unknown
   * @param metrics by name; empty when they were not read
   */
  record State(
      double seconds,
      boolean responded,
      boolean ready,
      Map<String, String> checks,
      OptionalDouble startTime,
      Map<String, Double> metrics) {
    static State withoutResponse(double seconds) {
      return new State(seconds, false, false, Map.of(), OptionalDouble.empty(), Map.of());
    }

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
    Objects.requireNonNull(states.get(service)).add(state);
  }

  /** In order of time. */
  synchronized Stream<State> between(ServiceName service, double from, double until) {
    return List.copyOf(Objects.requireNonNull(states.get(service))).stream()
        .filter(state -> state.seconds() >= from && state.seconds() <= until);
  }

  /**
   * Whether the service is another process since it was silent after {@code from}; empty when that
   * is not known, or not yet.
   */
  Optional<Boolean> restarted(ServiceName service, double from) {
    double lastSilent =
        between(service, from, Double.MAX_VALUE)
            .filter(state -> !state.responded())
            .mapToDouble(State::seconds)
            .max()
            .orElse(from);
    OptionalDouble before = last(between(service, 0, from), State::startTime);
    OptionalDouble after = last(between(service, lastSilent, Double.MAX_VALUE), State::startTime);
    return before.isPresent() && after.isPresent()
        ? Optional.of(after.getAsDouble() != before.getAsDouble()) // a clock may be set back
        : Optional.empty();
  }

  private static OptionalDouble last(Stream<State> states, Function<State, OptionalDouble> figure) {
    return states
        .map(figure)
        .filter(OptionalDouble::isPresent)
        .reduce((_, later) -> later)
        .orElse(OptionalDouble.empty());
  }

  /**
   * By how much a counter grew after {@code from}, a restarted process counted from 0; empty when
   * its metrics were not read.
   */
  OptionalDouble growth(ServiceName service, String metric, double from) {
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
    double last = last(between(service, 0, from), state -> counter(state, metric)).orElse(0);
    for (double value : after) {
      growth += value >= last ? value - last : value;
      last = value;
    }
    return OptionalDouble.of(growth);
  }

  /** A metric that is not listed has counted nothing yet. */
  private static OptionalDouble counter(State state, String metric) {
    return state.metrics().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(state.metrics().getOrDefault(metric, 0.0));
  }
}
