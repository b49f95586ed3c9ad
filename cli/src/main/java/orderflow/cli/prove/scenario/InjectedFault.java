package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.Optional;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.TestEnvironment;

/** A fault that the environment injects. */
class InjectedFault implements Fault {
  /** The store first uses up the space that it has reserved. */
  private static final Duration FULL_DISK_TIMEOUT = Duration.ofSeconds(60);

  private final EnvironmentFault fault;
  private final FaultEffect effect;

  InjectedFault(EnvironmentFault fault) {
    this.fault = fault;
    this.effect = FaultEffect.of(fault);
  }

  /** A fault that lasts from before the first order until after the checks. */
  static Fault permanent(EnvironmentFault fault) {
    return new InjectedFault(fault) {
      @Override
      public void setUp(TestEnvironment environment) throws InterruptedException {
        super.setUp(environment);
        environment.inject(fault);
      }

      @Override
      public void inject(TestEnvironment environment) {}

      @Override
      public void heal(TestEnvironment environment) {}

      @Override
      public void tearDown(TestEnvironment environment) throws InterruptedException {
        environment.heal(fault);
        super.tearDown(environment);
      }
    };
  }

  @Override
  public void setUp(TestEnvironment environment) throws InterruptedException {
    environment.setUp(fault);
  }

  @Override
  public void tearDown(TestEnvironment environment) throws InterruptedException {
    environment.tearDown(fault);
  }

  @Override
  public String description() {
    return fault.description();
  }

  @Override
  public Optional<String> target() {
    return fault.target().map(ServiceName::toString);
  }

  @Override
  public Optional<String> unsupported(TestEnvironment environment) {
    return environment.unsupported(fault);
  }

  @Override
  public void inject(TestEnvironment environment) throws InterruptedException {
    environment.inject(fault);
  }

  @Override
  public void heal(TestEnvironment environment) throws InterruptedException {
    environment.heal(fault);
  }

  @Override
  public void release(TestEnvironment environment) {
    environment.release(fault);
  }

  @Override
  public boolean refusesOrders() {
    return stopsIntake()
        && (fault instanceof EnvironmentFault.StoreFull
            || fault instanceof EnvironmentFault.StoreFrozen);
  }

  @Override
  public boolean stopsIntake() {
    return fault.target().filter(ServiceName.ORDER::equals).isPresent();
  }

  @Override
  public Duration effectTimeout() {
    return fault instanceof EnvironmentFault.StoreFull
        ? FULL_DISK_TIMEOUT
        : Fault.super.effectTimeout();
  }

  @Override
  public String requiredEffect() {
    return description() + ": " + effect.required();
  }

  @Override
  public Optional<String> missingEffect(FaultWindow window) {
    return effect.missing(window).map(missing -> description() + ": " + missing);
  }
}
