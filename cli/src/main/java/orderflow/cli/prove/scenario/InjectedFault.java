package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.Optional;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.TestEnvironment;
import org.jspecify.annotations.Nullable;

/** A fault that the environment injects. */
class InjectedFault implements Fault {
  /** The store first uses up the space that it has reserved. */
  private static final Duration FULL_DISK_TIMEOUT = Duration.ofSeconds(60);

  /** The service first starts, and works until it passes the point. */
  private static final Duration CRASH_TIMEOUT = Duration.ofSeconds(30);

  private final EnvironmentFault fault;
  private final FaultEffect effect;
  private @Nullable TestEnvironment injectedInto;

  InjectedFault(EnvironmentFault fault) {
    this.fault = fault;
    this.effect = FaultEffect.of(fault);
  }

  /** A fault that is left out where the environment does not support it. */
  static Fault optional(EnvironmentFault fault) {
    return new InjectedFault(fault) {
      @Override
      public boolean isOptional() {
        return true;
      }
    };
  }

  /** A fault that lasts from before the first order until after the checks. */
  static Fault permanent(EnvironmentFault fault) {
    return new InjectedFault(fault) {
      @Override
      public Optional<EnvironmentFault> inEnvironment() {
        return Optional.empty(); // it has no time
      }

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
  public Optional<EnvironmentFault> inEnvironment() {
    return Optional.of(fault);
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
    injectedInto = environment;
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
    return switch (fault) {
      case EnvironmentFault.StoreFull _ -> FULL_DISK_TIMEOUT;
      case EnvironmentFault.CrashAt _ -> CRASH_TIMEOUT;
      default -> Fault.super.effectTimeout();
    };
  }

  @Override
  public String requiredEffect() {
    return description() + ": " + effect.required();
  }

  @Override
  public Optional<String> missingEffect(FaultWindow window) {
    return Optional.ofNullable(injectedInto)
        .flatMap(environment -> environment.missingEffect(fault))
        .or(() -> effect.missing(window))
        .map(missing -> description() + ": " + missing);
  }
}
