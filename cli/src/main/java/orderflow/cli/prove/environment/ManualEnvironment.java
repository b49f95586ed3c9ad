package orderflow.cli.prove.environment;

import java.util.Optional;
import java.util.function.Consumer;
import orderflow.cli.client.ServiceName;
import orderflow.cli.client.Services;
import orderflow.messaging.RabbitBroker;

/**
 * A flow that the operator runs: asks for what is to be stopped and started, and watches it happen.
 */
public final class ManualEnvironment extends RemoteEnvironment {
  private final Consumer<String> asking;

  /**
   * @param asking shows the operator a line
   */
  public ManualEnvironment(RabbitBroker broker, Services services, Consumer<String> asking) {
    super(broker, services);
    this.asking = asking;
  }

  @Override
  public String description() {
    return broker().address() + " and services, run by the operator";
  }

  @Override
  public Optional<String> unsupported(EnvironmentFault fault) {
    return switch (fault) {
      case EnvironmentFault.Stopped _, EnvironmentFault.Killed _ -> Optional.empty();
      default -> Optional.of("an operator is only asked to stop and start services");
    };
  }

  @Override
  public void inject(EnvironmentFault fault) throws InterruptedException {
    ServiceName service = service(fault);
    String how = fault instanceof EnvironmentFault.Killed ? "kill -9" : "stop";
    asking.accept(">> please " + how + " the " + service + " service now (I am watching)");
    services().awaitGone(service, READY_LIMIT);
  }

  @Override
  public void heal(EnvironmentFault fault) throws InterruptedException {
    asking.accept(">> please start the " + service(fault) + " service again");
    awaitReady();
  }

  private static ServiceName service(EnvironmentFault fault) {
    return switch (fault) {
      case EnvironmentFault.Stopped(var service) -> service;
      case EnvironmentFault.Killed(var service) -> service;
      default -> throw new IllegalArgumentException(fault.description());
    };
  }
}
