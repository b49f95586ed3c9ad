package orderflow.cli.prove.environment;

import java.time.Duration;
import orderflow.cli.client.Services;
import orderflow.cli.io.ExitCode;
import orderflow.messaging.RabbitBroker;

/** A flow that is running already. */
public abstract class RemoteEnvironment implements TestEnvironment {
  static final Duration READY_LIMIT = Duration.ofMinutes(5);

  private final RabbitBroker broker;
  private final ServiceClients services;

  RemoteEnvironment(RabbitBroker broker, Services services) {
    this.broker = broker;
    this.services = new ServiceClients(services);
  }

  @Override
  public final ServiceClients services() {
    return services;
  }

  @Override
  public final RabbitBroker broker() {
    return broker;
  }

  @Override
  public final boolean isShared() {
    return true;
  }

  final void awaitReady() throws InterruptedException {
    services.awaitReady(READY_LIMIT, _ -> {}, ExitCode.UNREACHABLE);
  }

  @Override
  public void close() {
    services.close();
  }
}
