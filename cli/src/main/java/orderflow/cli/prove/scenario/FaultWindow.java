package orderflow.cli.prove.scenario;

import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.scenario.HealthHistory.State;
import orderflow.cli.prove.scenario.Timeline.Sample;

/**
 * What could be seen of a fault: the time from its beginning until all services were ready again,
 * in seconds since the start of the scenario, and what was on record meanwhile. Pure.
 *
 * @param rate how many orders a second were due
 */
public record FaultWindow(
    double from, double until, double rate, Timeline timeline, HealthHistory health) {

  /** The states of a service while the fault lasted. */
  Stream<State> states(ServiceName service) {
    return health.between(service, from, until);
  }

  /** Whether a service gave no answer at some time. */
  boolean wasSilent(ServiceName service) {
    return states(service).anyMatch(state -> !state.answers());
  }

  /** For how long, in seconds, a service gave no answer, at the longest. */
  double longestSilence(ServiceName service) {
    double longest = 0;
    double since = -1;
    for (State state : states(service).toList()) {
      if (state.answers()) {
        longest = since < 0 ? longest : Math.max(longest, state.seconds() - since);
        since = -1;
      } else if (since < 0) {
        since = state.seconds();
      }
    }
    return since < 0 ? longest : Math.max(longest, until - since);
  }

  /** Whether a service was not able to work at some time: silent, or not ready. */
  boolean wasImpaired(ServiceName service) {
    return states(service).anyMatch(state -> !state.ready());
  }

  /** Why a service said that it was not ready; the first reason. */
  Optional<String> problem(ServiceName service) {
    return states(service).flatMap(state -> state.problems().stream()).findFirst();
  }

  /** Whether a service had to open its connections again, or is another process since. */
  boolean reconnected(ServiceName service) {
    return wasImpaired(service)
        || health.growth(service, HealthHistory.WORKER_STARTS, from).orElse(0) > 0
        || health.restarted(service, from).orElse(false);
  }

  /** The most orders that were accepted and had no outcome yet. */
  long mostUndecided() {
    return samples().mapToLong(sample -> sample.accepted() - sample.decided()).max().orElse(0);
  }

  /** The longest time, in seconds, in which {@code figure} did not grow. */
  double longestStandstill(ToLongFunction<Sample> figure) {
    double longest = 0;
    double since = from;
    long last = Long.MIN_VALUE;
    List<Sample> samples = samples().toList();
    for (Sample sample : samples) {
      long value = figure.applyAsLong(sample);
      if (value > last) {
        since = sample.seconds();
        last = value;
      }
      longest = Math.max(longest, sample.seconds() - since);
    }
    return longest;
  }

  private Stream<Sample> samples() {
    return timeline.samples().stream()
        .filter(sample -> sample.seconds() >= from && sample.seconds() <= until);
  }
}
