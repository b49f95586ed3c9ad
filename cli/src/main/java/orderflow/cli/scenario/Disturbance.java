package orderflow.cli.scenario;

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

  /** What came of it, once all orders have settled. */
  default List<Finding> findings(Stage stage) throws InterruptedException {
    return List.of();
  }

  /**
   * @param isRight whether it is as it should be
   */
  record Finding(String text, boolean isRight) {
    static Finding wrong(String text) {
      return new Finding(text, false);
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
      public boolean refusesOrders() {
        return fault instanceof Fault.StoreFull(ServiceName service)
            && service == ServiceName.ORDER;
      }
    };
  }
}
