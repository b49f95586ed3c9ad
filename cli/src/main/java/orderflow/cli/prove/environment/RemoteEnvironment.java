package orderflow.cli.prove.environment;

import java.time.Duration;
import java.util.Optional;
import orderflow.cli.client.ServiceName;
import orderflow.cli.client.Services;
import orderflow.cli.io.ExitCode;
import orderflow.cli.prove.foreign.ForeignFlow;
import orderflow.messaging.RabbitBroker;

/** A flow that is running already. */
public abstract class RemoteEnvironment implements TestEnvironment {
  static final Duration READY_LIMIT = Duration.ofMinutes(5);

  private final RabbitBroker broker;
  private final ServiceClients services;
  private final ForeignFlow flow;

  /**
   * @param flow how to observe the services that are not ours
   */
  RemoteEnvironment(RabbitBroker broker, Services services, ForeignFlow flow) {
    this.broker = broker;
    this.services = new ServiceClients(services);
    this.flow = flow;
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

  @Override
  public final ServiceView view(ServiceName service) {
    return flow.service(service)
        .map(foreign -> ServiceView.of(foreign, Optional.empty()))
        .orElse(ServiceView.OWN);
  }

  @Override
  public final ServiceProbe probe(ServiceName service) {
    return flow.service(service)
        .<ServiceProbe>map(foreign ->
            new ForeignProbe(foreign.at(services.url(service)), ObservedProcess.UNKNOWN, broker))
        .orElseGet(() -> ServiceProbe.of(health(service)));
  }

  final void awaitReady() throws InterruptedException {
    new ReadyWait(READY_LIMIT, _ -> {}, ExitCode.UNREACHABLE).await(this::probe);
  }

  @Override
  public void close() {
    services.close();
  }
}
