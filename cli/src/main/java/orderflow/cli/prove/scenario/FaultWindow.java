package orderflow.cli.prove.scenario;

import java.util.Set;
import java.util.stream.Stream;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.scenario.HealthHistory.State;
import orderflow.cli.prove.scenario.Timeline.Sample;

/**
 * The records from the start of a fault until all services were ready again. Times are seconds
 * since the start of the scenario. Pure.
 *
 * @param rate orders due per second
 * @param connected the services whose readiness shows their connection to the broker
 */
record FaultWindow(
    double from,
    double until,
    double rate,
    Set<ServiceName> connected,
    Timeline timeline,
    HealthHistory health) {
  double seconds() {
    return until - from;
  }

  private Stream<State> states(ServiceName service) {
    return health.between(service, from, until);
  }

  /** The reasons that a service gave for not being ready. */
  Stream<String> problems(ServiceName service) {
    return states(service).flatMap(state -> state.problems().stream());
  }

  /** Whether any request to a service got no response. */
  boolean hadNoResponse(ServiceName service) {
    return states(service).anyMatch(state -> !state.responded());
  }

  /** The longest time, in seconds, that a service did not respond. */
  double longestTimeWithoutResponse(ServiceName service) {
    double longest = 0;
    double since = -1;
    for (State state : states(service).toList()) {
      if (state.responded()) {
        longest = since < 0 ? longest : Math.max(longest, state.seconds() - since);
        since = -1;
      } else if (since < 0) {
        since = state.seconds();
      }
    }
    return since < 0 ? longest : Math.max(longest, until - since);
  }

  /** Whether a service did not respond or was not ready. */
  boolean wasImpaired(ServiceName service) {
    return states(service).anyMatch(state -> !state.ready());
  }

  /** Whether a service reconnected to the broker, or was restarted. */
  boolean reconnected(ServiceName service) {
    return wasImpaired(service)
        || health.growth(service, HealthHistory.WORKER_STARTS, from).orElse(0) > 0
        || health.restarted(service, from).orElse(false);
  }

  /** The largest number of accepted orders without an outcome. */
  long maxUndecided() {
    return samples().mapToLong(sample -> sample.accepted() - sample.decided()).max().orElse(0);
  }

  /** The longest time, in seconds, in which no order was decided. */
  double longestStall() {
    double longest = 0;
    double since = from;
    long last = Long.MIN_VALUE;
    for (Sample sample : samples().toList()) {
      if (sample.decided() > last) {
        since = sample.seconds();
        last = sample.decided();
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
