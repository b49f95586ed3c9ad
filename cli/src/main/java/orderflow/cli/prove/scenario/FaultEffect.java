package orderflow.cli.prove.scenario;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.EnvironmentFault.Network.Mode;
import orderflow.messaging.Topology;

/**
 * The observable effect of an environment fault. A scenario whose fault has no effect proves
 * nothing. Pure.
 *
 * @param required the effect, human-readable
 * @param check the part of it that was not observed; empty when all was
 */
record FaultEffect(String required, Function<FaultWindow, Optional<String>> check) {
  /** The least share of a network outage without a decision. */
  private static final double STALL_SHARE = 0.5;

  /** The least share of a pause without an answer. */
  private static final double NO_RESPONSE_SHARE = 0.3;

  /** How many seconds of orders must be undecided on a slow network. */
  private static final double SLOW_SECONDS = 0.5;

  private static final String NO_ROOM = "its disk is full";
  private static final String[] NO_ROOM_WORDS = {"full", "space", "room"};
  private static final String STUCK = "it is stuck";
  private static final String[] STUCK_WORDS = {"stuck for"};

  private static final List<ServiceName> ALL = List.of(ServiceName.values());

  static FaultEffect of(EnvironmentFault fault) {
    return switch (fault) {
      case EnvironmentFault.Stopped(var service) -> restart(service);
      case EnvironmentFault.Killed(var service) -> restart(service);
      case EnvironmentFault.CrashAt(var service, _, _) -> restart(service);
      case EnvironmentFault.Paused(var service) ->
          new FaultEffect(
              "the " + service + " service does not answer", window -> paused(service, window));
      case EnvironmentFault.BrokerStopped _, EnvironmentFault.BrokerKilled _ -> noBroker();
      case EnvironmentFault.ConnectionsClosed _ ->
          new FaultEffect(
              "every service reconnects to the broker",
              window -> all(window, window::reconnected, "did not reconnect to the broker"));
      case EnvironmentFault.Alarm _ ->
          new FaultEffect(
              "the order service reports that the broker blocks publishers",
              window ->
                  unlessReported(
                      window, ServiceName.ORDER, "the broker blocks publishers", "block"));
      case EnvironmentFault.QueueFull(var queue, _) ->
          new FaultEffect(
              "the %s service reports that %s refuses messages".formatted(publisher(queue), queue),
              window -> refused(queue, window));
      case EnvironmentFault.CrashLoop(var service, _) -> crashLoop(service);
      case EnvironmentFault.DeliveryLimit(var queue, _) -> // checked when it is injected
          new FaultEffect(
              "the broker shows %s as a quorum queue with that limit".formatted(queue),
              _ -> Optional.empty());
      case EnvironmentFault.Network(var mode) -> network(mode);
      case EnvironmentFault.PowerCut(var service) -> restart(service);
      case EnvironmentFault.StoreLocked(var service) ->
          reports(service, "its database is locked", "lock");
      case EnvironmentFault.CommitsFail(var service) -> reports(service, NO_ROOM, NO_ROOM_WORDS);
      case EnvironmentFault.SyncsHang(var service) -> reports(service, STUCK, STUCK_WORDS);
      case EnvironmentFault.Configured(var service, _, _) -> ready(service);
      case EnvironmentFault.ClockShifted(var service, _) -> ready(service);
      case EnvironmentFault.StoreFull(var service) ->
          refuses(reports(service, NO_ROOM, NO_ROOM_WORDS));
      case EnvironmentFault.StoreFrozen(var service) ->
          refuses(reports(service, STUCK, STUCK_WORDS));
    };
  }

  Optional<String> missing(FaultWindow window) {
    return check.apply(window);
  }

  private static FaultEffect reports(ServiceName service, String what, String... words) {
    return new FaultEffect(
        "the %s service reports that %s".formatted(service, what),
        window -> unlessReported(window, service, what, words));
  }

  private static FaultEffect refuses(FaultEffect reported) {
    return new FaultEffect(
        reported.required().replace("reports", "refuses orders and reports"), reported.check());
  }

  /** Shown by the environment, which waits for it. */
  private static FaultEffect ready(ServiceName service) {
    return new FaultEffect("the " + service + " service is ready", _ -> Optional.empty());
  }

  private static FaultEffect restart(ServiceName service) {
    return new FaultEffect(
        "the " + service + " service does not answer, and is another process afterwards",
        window -> restarted(service, window));
  }

  private static FaultEffect crashLoop(ServiceName service) {
    return new FaultEffect(
        "the %s service reports that its database is locked, does not answer, and is another"
                .formatted(service)
            + " process afterwards",
        window ->
            unlessReported(window, service, "its database is locked", "lock")
                .or(() -> restarted(service, window)));
  }

  private static FaultEffect noBroker() {
    return new FaultEffect(
        "no service is ready without its broker",
        window -> all(window, window::wasImpaired, "stayed ready throughout"));
  }

  private static FaultEffect network(Mode mode) {
    return switch (mode) {
      case RESET, REFUSED -> noBroker();
      case CUT ->
          new FaultEffect(
              "a service reconnects to the broker",
              window ->
                  unless(
                      ALL.stream().anyMatch(window::reconnected),
                      "no service reconnected to the broker"));
      case SLOW ->
          new FaultEffect(
              "undecided orders pile up",
              window -> {
                long needed = Math.round(Math.max(1, window.rate() * SLOW_SECONDS));
                long most = window.maxUndecided();
                return unless(
                    most >= needed,
                    "at most %d orders were undecided at a time, fewer than %d"
                        .formatted(most, needed));
              });
      case BLACK_HOLE ->
          new FaultEffect(
              "no order is decided for half of the time",
              window -> {
                double longest = window.longestStall();
                return unless(
                    longest >= window.seconds() * STALL_SHARE,
                    String.format(
                        Locale.ROOT,
                        "orders were decided all along, with no gap longer than %.1f s",
                        longest));
              });
    };
  }

  private static Optional<String> unless(boolean observed, String missing) {
    return observed ? Optional.empty() : Optional.of(missing);
  }

  private static Optional<String> restarted(ServiceName service, FaultWindow window) {
    return unless(window.hadNoResponse(service), "the " + service + " service answered throughout")
        .or(() ->
            unless(
                window.health().restarted(service, window.from()).orElse(true),
                "the " + service + " service is the same process as before"));
  }

  /** One missing answer is not enough: it may be slow on a busy machine. */
  private static Optional<String> paused(ServiceName service, FaultWindow window) {
    double longest = window.longestTimeWithoutResponse(service);
    return unless(
        longest >= window.seconds() * NO_RESPONSE_SHARE,
        String.format(
            Locale.ROOT, "the %s service did not respond for at most %.1f s", service, longest));
  }

  /** Every service whose readiness shows its connection must show it. */
  private static Optional<String> all(
      FaultWindow window, Predicate<ServiceName> shows, String otherwise) {
    if (window.connected().isEmpty()) {
      return Optional.of("the readiness of no service shows its connection to the broker");
    }
    return ALL.stream()
        .filter(window.connected()::contains)
        .filter(shows.negate())
        .map(service -> "the " + service + " service " + otherwise)
        .reduce((one, other) -> one + "; " + other);
  }

  private static ServiceName publisher(String queue) {
    return queue.equals(Topology.ORDER_PLACED) ? ServiceName.ORDER : ServiceName.INVENTORY;
  }

  /** One problem must name the queue and the refusal. */
  private static Optional<String> refused(String queue, FaultWindow window) {
    return unless(
        window
            .problems(publisher(queue))
            .anyMatch(problem -> problem.contains(queue) && problem.contains("refuse")),
        notReported(window, publisher(queue), queue + " refuses messages"));
  }

  /**
   * @param words one of which must be in a problem of the service
   */
  private static Optional<String> unlessReported(
      FaultWindow window, ServiceName service, String what, String... words) {
    return unless(
        window
            .problems(service)
            .map(problem -> problem.toLowerCase(Locale.ROOT))
            .anyMatch(problem -> List.of(words).stream().anyMatch(problem::contains)),
        notReported(window, service, what));
  }

  private static String notReported(FaultWindow window, ServiceName service, String what) {
    String other = window.problems(service).findFirst().map(text -> ", but: " + text).orElse("");
    return "the %s service did not report that %s%s".formatted(service, what, other);
  }
}
