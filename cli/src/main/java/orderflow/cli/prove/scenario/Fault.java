package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryWriter;

/** A fault that a scenario injects into a flow for a while: Jepsen's nemesis. */
interface Fault {
  /** Human-readable. */
  String description();

  /** Why the lists of {@code services} cannot be read; empty when they can. */
  static Optional<String> unlisted(TestEnvironment environment, ServiceName... services) {
    return Stream.of(services)
        .filter(service -> !environment.view(service).lists())
        .map(service -> "the " + service + " service does not list what it has")
        .findFirst();
  }

  /** Why {@code environment} does not support it; empty when it does. */
  default Optional<String> unsupported(TestEnvironment environment) {
    return Optional.empty();
  }

  /** Whether the scenario runs without it where the environment does not support it. */
  default boolean isOptional() {
    return false;
  }

  /** Gives it the history of the scenario, before {@link #setUp}. */
  default void useHistory(HistoryWriter history) {}

  /** The service that it hits; empty when it hits none or several. */
  default Optional<String> target() {
    return Optional.empty();
  }

  /** The fault of the environment that it is; empty when it is another one. */
  default Optional<EnvironmentFault> inEnvironment() {
    return Optional.empty();
  }

  /** Prepares the flow before the first order; undone by {@link #tearDown}. */
  default void setUp(TestEnvironment environment) throws InterruptedException {}

  /** Returns once the fault is in effect. */
  void inject(TestEnvironment environment) throws InterruptedException;

  /** Returns once all services are ready again. */
  void heal(TestEnvironment environment) throws InterruptedException;

  /** Ends it without waiting, after an interrupt. */
  default void release(TestEnvironment environment) {}

  /** Whether the order service must refuse orders meanwhile. */
  default boolean refusesOrders() {
    return false;
  }

  /** Whether the order service may not answer meanwhile, so that no orders are due. */
  default boolean stopsIntake() {
    return false;
  }

  /** Whether the services' clocks may be wrong, so that their times are not judged. */
  default boolean shiftsClock() {
    return false;
  }

  /** How much longer than planned it lasts until its effect shows; longer on a busy machine. */
  default Duration effectTimeout() {
    return Duration.ofSeconds(5);
  }

  /** The effect that must be observed, or the scenario proves nothing. */
  String requiredEffect();

  /** The part of it that was not observed; empty when all was. May be asked while it lasts. */
  default Optional<String> missingEffect(FaultWindow window) {
    return Optional.empty();
  }

  /** When notifications are not guaranteed. */
  default List<LossWindow> lossWindows() {
    return List.of();
  }

  /** Further checks, once all orders are final. */
  default List<AssertionResult> results(TestEnvironment environment) throws InterruptedException {
    return List.of();
  }

  /**
   * Removes its leftovers from the flow, after the checks.
   *
   * @throws orderflow.messaging.MessagingException when that fails
   */
  default void tearDown(TestEnvironment environment) throws InterruptedException {}

  /** A period, in {@link System#nanoTime}, in which published events may miss their queue. */
  record LossWindow(long fromNanos, long untilNanos) {
    boolean contains(long nanos) {
      return nanos - fromNanos >= 0 && untilNanos - nanos >= 0;
    }
  }

  /** A check beside those of the orders. */
  record AssertionResult(String text, Status status) {
    enum Status {
      OK,
      WRONG,
      /** The expected effect was not observed, so nothing is proved. */
      NOT_SEEN
    }

    static AssertionResult of(String text, boolean isOk) {
      return new AssertionResult(text, isOk ? Status.OK : Status.WRONG);
    }

    static AssertionResult wrong(String text) {
      return new AssertionResult(text, Status.WRONG);
    }

    static AssertionResult notSeen(String text) {
      return new AssertionResult(text, Status.NOT_SEEN);
    }
  }
}
