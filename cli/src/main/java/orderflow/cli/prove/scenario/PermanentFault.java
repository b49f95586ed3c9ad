package orderflow.cli.prove.scenario;

import java.util.Optional;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.TestEnvironment;

/** A fault that is there before the first order comes, and until all orders have been judged. */
final class PermanentFault implements Fault {
  private final EnvironmentFault fault;

  PermanentFault(EnvironmentFault fault) {
    this.fault = fault;
  }

  @Override
  public String description() {
    return fault.description();
  }

  @Override
  public Optional<String> unsupported(TestEnvironment stage) {
    return stage.unsupported(fault);
  }

  @Override
  public void setUp(TestEnvironment stage) throws InterruptedException {
    stage.inject(fault);
  }

  @Override
  public void inject(TestEnvironment stage) {}

  @Override
  public void heal(TestEnvironment stage) {}

  @Override
  public void tearDown(TestEnvironment stage) throws InterruptedException {
    stage.heal(fault);
  }

  @Override
  public String requiredEffect() {
    return description() + ": " + FaultEffect.required(fault);
  }

  @Override
  public Optional<String> missingEffect(FaultWindow window) {
    return FaultEffect.missing(fault, window);
  }
}
