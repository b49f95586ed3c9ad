package orderflow.cli.prove.scenario;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.EnvironmentFault.Network.Mode;
import orderflow.cli.prove.scenario.Timeline.Sample;

/**
 * What shows that a fault was there, by the record of what it hit. A scenario whose fault shows
 * nowhere proves nothing. Pure.
 */
public final class FaultEffect {
  /** The shortest standstill that shows a network without traffic, as a share of its length. */
  private static final double STANDSTILL_SHARE = 0.5;

  /** The shortest silence that shows a service that stands still, likewise. */
  private static final double SILENCE_SHARE = 0.3;

  /** So many seconds of orders must pile up where a network is slow. */
  private static final double SLOW_SECONDS = 0.5;

  private static final List<ServiceName> ALL = List.of(ServiceName.values());

  private FaultEffect() {}

  /** What must be seen, for people. */
  public static String required(EnvironmentFault fault) {
    return switch (fault) {
      case EnvironmentFault.Stopped(var service) ->
          "the " + service + " service does not answer, and is another process afterwards";
      case EnvironmentFault.Killed(var service) ->
          "the " + service + " service does not answer, and is another process afterwards";
      case EnvironmentFault.Paused(var service) -> "the " + service + " service does not answer";
      case EnvironmentFault.BrokerStopped _, EnvironmentFault.BrokerKilled _ ->
          "no service is ready without its broker";
      case EnvironmentFault.ConnectionsClosed _ -> "every service opens its connections again";
      case EnvironmentFault.Alarm _ -> "the order service says that the broker blocks publishers";
      case EnvironmentFault.QueueFull(var queue) ->
          "the inventory service says that %s refuses messages".formatted(queue);
      case EnvironmentFault.CrashLoop(var service, _) ->
          "the %s service says that its database is locked, does not answer, and is another process"
                  .formatted(service)
              + " afterwards";
      case EnvironmentFault.DeliveryLimit(var queue, _) ->
          "the broker shows %s as a quorum queue with that limit".formatted(queue);
      case EnvironmentFault.Network(var trouble) -> required(trouble);
      case EnvironmentFault.StoreFull(var service) ->
          "the " + service + " service refuses orders and says that it has no room";
      case EnvironmentFault.StoreFrozen(var service) ->
          "the " + service + " service refuses orders and says that it is stuck";
    };
  }

  private static String required(Mode trouble) {
    return switch (trouble) {
      case RESET -> "no service is ready without its broker";
      case CUT -> "a service opens its connections again";
      case SLOW -> "undecided orders pile up";
      case BLACK_HOLE -> "no order is decided for half of the time";
    };
  }

  /** What was not seen of it, for people; empty when it was felt. */
  public static Optional<String> missing(EnvironmentFault fault, FaultWindow window) {
    return switch (fault) {
      case EnvironmentFault.Stopped(var service) -> endedAndStarted(service, window);
      case EnvironmentFault.Killed(var service) -> endedAndStarted(service, window);
      case EnvironmentFault.Paused(var service) -> paused(service, window);
      case EnvironmentFault.BrokerStopped _, EnvironmentFault.BrokerKilled _ ->
          unless(window::wasImpaired, "stayed ready throughout");
      case EnvironmentFault.ConnectionsClosed _ ->
          unless(window::reconnected, "did not open its connections again");
      case EnvironmentFault.Alarm _ ->
          says(window, ServiceName.ORDER, "block", "the broker blocks publishers");
      case EnvironmentFault.QueueFull(var queue) -> refused(queue, window);
      case EnvironmentFault.CrashLoop(var service, _) ->
          says(window, service, "lock", "its database is locked")
              .or(() -> endedAndStarted(service, window));
      case EnvironmentFault.DeliveryLimit _ -> Optional.empty(); // asked for when it is made
      case EnvironmentFault.Network(var trouble) -> missing(trouble, window);
      case EnvironmentFault.StoreFull(var service) ->
          says(window, service, "full|space|room", "its disk is full");
      case EnvironmentFault.StoreFrozen(var service) ->
          says(window, service, "stuck for", "it is stuck");
    };
  }

  private static Optional<String> missing(Mode trouble, FaultWindow window) {
    return switch (trouble) {
      case RESET -> unless(window::wasImpaired, "stayed ready throughout");
      case CUT ->
          ALL.stream().anyMatch(service -> window.reconnected(service))
              ? Optional.empty()
              : Optional.of("no service opened its connections again");
      case SLOW -> {
        long needed = Math.round(Math.max(1, window.rate() * SLOW_SECONDS));
        long most = window.mostUndecided();
        yield most >= needed
            ? Optional.empty()
            : Optional.of(
                "at most %d orders were undecided at a time, fewer than %d"
                    .formatted(most, needed));
      }
      case BLACK_HOLE -> {
        double needed = (window.until() - window.from()) * STANDSTILL_SHARE;
        double longest = window.longestStandstill(Sample::decided);
        yield longest >= needed
            ? Optional.empty()
            : Optional.of(
                String.format(
                    Locale.ROOT,
                    "orders were decided all along, with no gap longer than %.1f s",
                    longest));
      }
    };
  }

  private static Optional<String> endedAndStarted(ServiceName service, FaultWindow window) {
    return silent(service, window)
        .or(() ->
            window.health().restarted(service, window.from()).orElse(true)
                ? Optional.empty()
                : Optional.of("the " + service + " service is the same process as before"));
  }

  /** One problem must have both, the queue and that it refuses. */
  private static Optional<String> refused(String queue, FaultWindow window) {
    return window
            .states(ServiceName.INVENTORY)
            .flatMap(state -> state.problems().stream())
            .anyMatch(problem -> problem.contains(queue) && problem.contains("refuse"))
        ? Optional.empty()
        : Optional.of(
            "the inventory service did not say that %s refuses messages%s"
                .formatted(
                    queue,
                    window
                        .problem(ServiceName.INVENTORY)
                        .map(problem -> ", but: " + problem)
                        .orElse("")));
  }

  /** One answer that takes long is none on a busy machine, too. */
  private static Optional<String> paused(ServiceName service, FaultWindow window) {
    double silence = window.longestSilence(service);
    return silence >= (window.until() - window.from()) * SILENCE_SHARE
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "the %s service was silent for no more than %.1f s",
                service,
                silence));
  }

  private static Optional<String> silent(ServiceName service, FaultWindow window) {
    return window.wasSilent(service)
        ? Optional.empty()
        : Optional.of("the " + service + " service answered throughout");
  }

  /** Each service must show it. */
  private static Optional<String> unless(Predicate<ServiceName> shows, String otherwise) {
    return ALL.stream()
        .filter(shows.negate())
        .map(service -> "the " + service + " service " + otherwise)
        .reduce((one, other) -> one + "; " + other);
  }

  /**
   * @param words of which its problem must contain one, separated by bars
   */
  private static Optional<String> says(
      FaultWindow window, ServiceName service, String words, String what) {
    boolean told =
        window
            .states(service)
            .flatMap(state -> state.problems().stream())
            .map(problem -> problem.toLowerCase(Locale.ROOT))
            .anyMatch(problem ->
                Arrays.stream(words.split("\\|", -1)).anyMatch(word -> problem.contains(word)));
    return told
        ? Optional.empty()
        : Optional.of(
            "the %s service did not say that %s%s"
                .formatted(
                    service,
                    what,
                    window.problem(service).map(problem -> ", but: " + problem).orElse("")));
  }
}
