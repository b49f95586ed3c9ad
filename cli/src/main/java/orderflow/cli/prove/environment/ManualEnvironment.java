package orderflow.cli.prove.environment;

import java.util.Optional;
import java.util.function.Consumer;
import orderflow.cli.client.ServiceName;
import orderflow.cli.client.Services;
import orderflow.cli.prove.foreign.ForeignFlow;
import orderflow.messaging.RabbitBroker;

/** A running flow whose operator is prompted to stop and start services. */
public final class ManualEnvironment extends RemoteEnvironment {
  private final Consumer<String> prompt;

  /**
   * @param prompt shows the operator a line
   */
  public ManualEnvironment(RabbitBroker broker, Services services, Consumer<String> prompt) {
    super(broker, services, ForeignFlow.NONE);
    this.prompt = prompt;
  }

  @Override
  public String description() {
    return broker().address() + " and services, run by the operator";
  }

  @Override
  public Optional<String> unsupported(EnvironmentFault fault) {
    return switch (fault) {
      case EnvironmentFault.Stopped _, EnvironmentFault.Killed _ -> Optional.empty();
      default -> Optional.of("the operator only stops and starts services");
    };
  }

  @Override
  public void inject(EnvironmentFault fault) throws InterruptedException {
    ServiceName service = fault.target().orElseThrow();
    String verb = fault instanceof EnvironmentFault.Killed ? "kill -9" : "stop";
    prompt.accept(">> please " + verb + " the " + service + " service now");
    services().awaitGone(service, READY_LIMIT);
  }

  @Override
  public void heal(EnvironmentFault fault) throws InterruptedException {
    prompt.accept(">> please start the " + fault.target().orElseThrow() + " service again");
    awaitReady();
  }
}
