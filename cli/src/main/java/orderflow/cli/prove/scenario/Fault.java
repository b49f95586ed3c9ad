package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.TestEnvironment;

/** Something that makes the flow's life hard for a while. */
public interface Fault {
  /** For people. */
  String description();

  /** Why it cannot be had on {@code stage}; empty when it can. */
  default Optional<String> unsupported(TestEnvironment stage) {
    return Optional.empty();
  }

  /** Prepares the flow for it, before orders come; {@link #tearDown} undoes it. */
  default void setUp(TestEnvironment stage) throws InterruptedException {}

  /** Begins it, and returns once it is there. */
  void inject(TestEnvironment stage) throws InterruptedException;

  /** Ends it, and returns once all services are ready again. */
  void heal(TestEnvironment stage) throws InterruptedException;

  /** Lets go of it at once, when nobody waits for the rest. */
  default void release(TestEnvironment stage) {}

  /** Whether the order service must refuse orders while it lasts: else it was not there. */
  default boolean refusesOrders() {
    return false;
  }

  /** Whether the order service may answer nothing while it lasts, so that no order is due then. */
  default boolean stopsIntake() {
    return false;
  }

  /** How long it is held beyond its end until it is felt; a busy machine has more. */
  default Duration effectTimeout() {
    return Duration.ofSeconds(5);
  }

  /** What must be seen of it, for people; else the scenario proves nothing. */
  String requiredEffect();

  /** What was not seen of it, for people; empty when it was felt. May be asked while it lasts. */
  default Optional<String> missingEffect(FaultWindow window) {
    return Optional.empty();
  }

  /** When notifications could be lost without breaking a promise. */
  default List<LossWindow> lossWindows() {
    return List.of();
  }

  /** What came of it, once all orders have settled. */
  default List<CheckResult> results(TestEnvironment stage) throws InterruptedException {
    return List.of();
  }

  /**
   * Takes away what it put into the flow, where that can be done, once it has been looked at.
   *
   * @throws orderflow.messaging.MessagingException when that fails
   */
  default void tearDown(TestEnvironment stage) throws InterruptedException {}

  /** A time, in {@link System#nanoTime}, in which what was published could miss its queue. */
  record LossWindow(long fromNanos, long untilNanos) {
    public boolean contains(long nanos) {
      return nanos - fromNanos >= 0 && untilNanos - nanos >= 0;
    }
  }

  /** Something that was looked at, beside the orders. */
  record CheckResult(String text, Status kind) {
    /** What it means for the verdict. */
    public enum Status {
      OK,
      WRONG,
      /** What should have happened was not seen, so that nothing is proved. */
      NOT_SEEN
    }

    public CheckResult(String text, boolean isRight) {
      this(text, isRight ? Status.OK : Status.WRONG);
    }

    public static CheckResult wrong(String text) {
      return new CheckResult(text, Status.WRONG);
    }

    public static CheckResult notSeen(String text) {
      return new CheckResult(text, Status.NOT_SEEN);
    }
  }

  /** The stage makes it. */
  static Fault of(EnvironmentFault fault) {
    return new Fault() {
      @Override
      public String description() {
        return fault.description();
      }

      @Override
      public Optional<String> unsupported(TestEnvironment stage) {
        return stage.unsupported(fault);
      }

      @Override
      public void inject(TestEnvironment stage) throws InterruptedException {
        stage.inject(fault);
      }

      @Override
      public void heal(TestEnvironment stage) throws InterruptedException {
        stage.heal(fault);
      }

      @Override
      public void release(TestEnvironment stage) {
        stage.release(fault);
      }

      @Override
      public boolean refusesOrders() {
        return stopsIntake()
            && (fault instanceof EnvironmentFault.StoreFull
                || fault instanceof EnvironmentFault.StoreFrozen);
      }

      @Override
      public Duration effectTimeout() {
        return fault instanceof EnvironmentFault.StoreFull
            ? Duration.ofSeconds(60) // the store first fills the room it has reserved
            : Fault.super.effectTimeout();
      }

      @Override
      public boolean stopsIntake() {
        return fault.target().filter(ServiceName.ORDER::equals).isPresent();
      }

      @Override
      public String requiredEffect() {
        return description() + ": " + FaultEffect.required(fault);
      }

      @Override
      public Optional<String> missingEffect(FaultWindow window) {
        return FaultEffect.missing(fault, window).map(missing -> description() + ": " + missing);
      }
    };
  }
}
