package orderflow.cli.prove.environment;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orderflow.cli.Cli;
import orderflow.cli.client.ServiceAccess;
import orderflow.cli.client.ServiceName;
import orderflow.cli.client.Services;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.cli.embedded.EmbeddedFlow;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.TemporaryFiles;
import orderflow.http.HttpSettings;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.notification.NotifierSettings;
import orderflow.service.ServiceSettings;

/**
 * A flow in this process, on free ports and in a temporary folder: the in-memory broker and the
 * services. Not thread-safe.
 */
public final class EmbeddedEnvironment implements TestEnvironment {
  private static final Duration READY_LIMIT = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(10);

  private final Path folder;
  private final EmbeddedBroker server;
  private final RabbitBroker broker;
  private final EmbeddedFlow flow;
  private final ServiceClients clients;

  private EmbeddedEnvironment(Path folder, EmbeddedBroker server, CliContext cli) {
    this.folder = folder;
    this.server = server;
    this.broker = new RabbitBroker(BrokerSettings.of(URI.create(server.uri()), "orderflow"));
    this.flow =
        EmbeddedFlow.start(
            port ->
                new ServiceSettings(
                    broker, folder, HttpSettings.of("127.0.0.1", port), cli.clock(), cli.random()),
            new NotifierSettings.Log(),
            EmbeddedFlow.FREE_PORTS);
    Map<ServiceName, URI> urls =
        Stream.of(ServiceName.values())
            .collect(Collectors.toMap(name -> name, name -> flow.service(name).uri()));
    this.clients = new ServiceClients(new Services(urls, ServiceAccess.OPEN));
  }

  /** Starts everything, and returns once it is ready. */
  public static EmbeddedEnvironment start(CliContext cli) throws InterruptedException {
    Path folder = TemporaryFiles.folder("orderflow-demo-");
    EmbeddedBroker server = null;
    EmbeddedEnvironment environment = null;
    try {
      server = EmbeddedBroker.inMemory(0);
      environment = new EmbeddedEnvironment(folder, server, cli);
      environment.awaitReady();
      return environment;
    } catch (RuntimeException | InterruptedException e) {
      if (environment != null) {
        environment.close();
      } else {
        if (server != null) {
          server.close();
        }
        TemporaryFiles.delete(folder);
      }
      throw e;
    }
  }

  @Override
  public String description() {
    return "embedded broker in memory, services in one process";
  }

  @Override
  public RabbitBroker broker() {
    return broker;
  }

  @Override
  public ServiceClients services() {
    return clients;
  }

  public String amqpUri() {
    return server.uri();
  }

  /** A command line with the addresses of this flow. */
  public Cli cli() {
    return new Cli()
        .with("ORDERFLOW_AMQP_URI", amqpUri())
        .with("ORDERFLOW_ORDER_URL", orders().base().toString())
        .with("ORDERFLOW_INVENTORY_URL", inventory().base().toString())
        .with("ORDERFLOW_NOTIFICATION_URL", notifications().base().toString());
  }

  @Override
  public Optional<String> unsupported(EnvironmentFault fault) {
    return fault instanceof EnvironmentFault.Stopped
        ? Optional.empty()
        : Optional.of("everything runs in one process here: no " + fault.description());
  }

  @Override
  public void inject(EnvironmentFault fault) {
    flow.stop(stopped(fault));
  }

  @Override
  public void heal(EnvironmentFault fault) throws InterruptedException {
    flow.start(stopped(fault));
    awaitReady();
  }

  private static ServiceName stopped(EnvironmentFault fault) {
    if (fault instanceof EnvironmentFault.Stopped(ServiceName service)) {
      return service;
    }
    throw new IllegalArgumentException("not here: " + fault.description());
  }

  private void awaitReady() throws InterruptedException {
    long deadline = System.nanoTime() + READY_LIMIT.toNanos();
    while (!flow.isReady()) {
      if (System.nanoTime() - deadline > 0) {
        throw new CliException(
            ExitCode.INTERNAL,
            "the services are not ready within " + READY_LIMIT.toSeconds() + " s");
      }
      Thread.sleep(POLL);
    }
  }

  @Override
  public void close() {
    clients.close();
    flow.close();
    server.close();
    TemporaryFiles.delete(folder);
  }
}
