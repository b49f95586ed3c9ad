package orderflow.cli.scenario;

import java.util.Optional;

/** A fault that is there before the first order comes, and until all orders have been judged. */
final class Throughout implements Disturbance {
  private final Fault fault;

  Throughout(Fault fault) {
    this.fault = fault;
  }

  @Override
  public String what() {
    return fault.description();
  }

  @Override
  public Optional<String> unable(Stage stage) {
    return stage.unable(fault);
  }

  @Override
  public void prepare(Stage stage) throws InterruptedException {
    stage.inject(fault);
  }

  @Override
  public void begin(Stage stage) {}

  @Override
  public void end(Stage stage) {}

  @Override
  public void cleanUp(Stage stage) throws InterruptedException {
    stage.heal(fault);
  }

  @Override
  public String required() {
    return what() + ": " + FaultEffect.required(fault);
  }

  @Override
  public Optional<String> missing(FaultWindow window) {
    return FaultEffect.missing(fault, window);
  }
}
