package orderflow.cli.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import orderflow.cli.client.ServiceName;

/** Something that makes the flow's life hard for a while. */
interface Disturbance {
  /** For people. */
  String what();

  /** Why it cannot be had on {@code stage}; empty when it can. */
  default Optional<String> unable(Stage stage) {
    return Optional.empty();
  }

  /** Prepares the flow for it, before orders come; {@link #cleanUp} undoes it. */
  default void prepare(Stage stage) throws InterruptedException {}

  /** Begins it, and returns once it is there. */
  void begin(Stage stage) throws InterruptedException;

  /** Ends it, and returns once all services are ready again. */
  void end(Stage stage) throws InterruptedException;

  /** Lets go of it at once, when nobody waits for the rest. */
  default void abandon(Stage stage) {}

  /** Whether the order service must refuse orders while it lasts: else it was not there. */
  default boolean refusesOrders() {
    return false;
  }

  /** Whether the order service may answer nothing while it lasts, so that no order is due then. */
  default boolean stopsIntake() {
    return false;
  }

  /** How long it is held beyond its end until it is felt; a busy machine has more. */
  default Duration feltLimit() {
    return Duration.ofSeconds(5);
  }

  /** What must be seen of it, for people; else the scenario proves nothing. */
  String required();

  /** What was not seen of it, for people; empty when it was felt. May be asked while it lasts. */
  default Optional<String> missing(FaultWindow window) {
    return Optional.empty();
  }

  /** When notifications could be lost without breaking a promise. */
  default List<Gap> gaps() {
    return List.of();
  }

  /** What came of it, once all orders have settled. */
  default List<Finding> findings(Stage stage) throws InterruptedException {
    return List.of();
  }

  /**
   * Takes away what it put into the flow, where that can be done, once it has been looked at.
   *
   * @throws orderflow.messaging.MessagingException when that fails
   */
  default void cleanUp(Stage stage) throws InterruptedException {}

  /** A time, in {@link System#nanoTime}, in which what was published could miss its queue. */
  record Gap(long fromNanos, long untilNanos) {
    boolean contains(long nanos) {
      return nanos - fromNanos >= 0 && untilNanos - nanos >= 0;
    }
  }

  /** Something that was looked at, beside the orders. */
  record Finding(String text, Kind kind) {
    /** What it means for the verdict. */
    enum Kind {
      RIGHT,
      WRONG,
      /** What should have happened was not seen, so that nothing is proved. */
      NOT_SEEN
    }

    Finding(String text, boolean isRight) {
      this(text, isRight ? Kind.RIGHT : Kind.WRONG);
    }

    static Finding wrong(String text) {
      return new Finding(text, Kind.WRONG);
    }

    static Finding notSeen(String text) {
      return new Finding(text, Kind.NOT_SEEN);
    }
  }

  /** The stage makes it. */
  static Disturbance of(Fault fault) {
    return new Disturbance() {
      @Override
      public String what() {
        return fault.description();
      }

      @Override
      public Optional<String> unable(Stage stage) {
        return stage.unable(fault);
      }

      @Override
      public void begin(Stage stage) throws InterruptedException {
        stage.inject(fault);
      }

      @Override
      public void end(Stage stage) throws InterruptedException {
        stage.heal(fault);
      }

      @Override
      public void abandon(Stage stage) {
        stage.abandon(fault);
      }

      @Override
      public boolean refusesOrders() {
        return stopsIntake()
            && (fault instanceof Fault.StoreFull || fault instanceof Fault.StoreFrozen);
      }

      @Override
      public Duration feltLimit() {
        return fault instanceof Fault.StoreFull
            ? Duration.ofSeconds(60) // the store first fills the room it has reserved
            : Disturbance.super.feltLimit();
      }

      @Override
      public boolean stopsIntake() {
        return fault.target().filter(ServiceName.ORDER::equals).isPresent();
      }

      @Override
      public String required() {
        return what() + ": " + FaultEffect.required(fault);
      }

      @Override
      public Optional<String> missing(FaultWindow window) {
        return FaultEffect.missing(fault, window).map(missing -> what() + ": " + missing);
      }
    };
  }
}
