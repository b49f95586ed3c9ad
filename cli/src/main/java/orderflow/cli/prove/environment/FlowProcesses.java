package orderflow.cli.prove.environment;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orderflow.cli.client.ServiceAccess;
import orderflow.cli.client.ServiceName;
import orderflow.cli.client.Services;
import orderflow.cli.io.ExitCode;
import orderflow.cli.prove.environment.ChildProcess.Launch;
import orderflow.cli.prove.environment.ServiceView.OrderLog;
import orderflow.cli.prove.foreign.ForeignFlow;
import orderflow.cli.prove.foreign.ForeignService;
import orderflow.cli.prove.foreign.ForeignService.Placeholder;
import orderflow.messaging.BrokerAddress;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology;
import orderflow.rabbit.FreePorts;
import orderflow.rabbit.ProcessGuard;

/** A process for each service: our own program, or one of a flow file. */
final class FlowProcesses implements AutoCloseable {
  /** What the contract says that notification logs for each user it tells. */
  private static final Pattern CONFIRMATION =
      Pattern.compile("Send confirmation for order_id=(\\S+) ");

  private static final Duration BROKER_LIMIT = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration READY_LIMIT = Duration.ofSeconds(90);
  private static final Map<ServiceName, String> COMMANDS =
      Map.of(
          ServiceName.ORDER, "serve-order",
          ServiceName.INVENTORY, "serve-inventory",
          ServiceName.NOTIFICATION, "serve-notify");

  private final Path folder;
  private final ProcessGuard guard;
  private final RabbitBroker broker;
  private final URI brokerUri;
  private final List<String> options;
  private final Map<ServiceName, ChildProcess> processes = new EnumMap<>(ServiceName.class);
  private final Map<ServiceName, ForeignService> foreign = new EnumMap<>(ServiceName.class);
  private final ServiceClients clients;
  private boolean consumesOutcomes = true;

  /**
   * @param folder for logs and data
   * @param broker over a connection that no fault affects
   * @param brokerUri for the services
   * @param options for our own services
   */
  FlowProcesses(
      ForeignFlow flow,
      Path folder,
      ProcessGuard guard,
      RabbitBroker broker,
      URI brokerUri,
      List<String> options)
      throws IOException {
    this.folder = folder;
    this.guard = guard;
    this.broker = broker;
    this.brokerUri = brokerUri;
    this.options = List.copyOf(options);
    Map<ServiceName, URI> urls = new EnumMap<>(ServiceName.class);
    for (ServiceName name : ServiceName.values()) {
      int port = FreePorts.freeBlock(1);
      String url = "http://127.0.0.1:" + port;
      Optional<ForeignService> given = flow.service(name);
      if (given.isPresent()) {
        ForeignService service = given.get().with(values(name, port));
        foreign.put(name, service);
        processes.put(name, process(name, service));
        url = service.url().orElse(url);
      } else {
        processes.put(name, process(name, port));
      }
      urls.put(name, URI.create(url));
    }
    this.clients = new ServiceClients(new Services(urls, ServiceAccess.OPEN));
  }

  private Map<Placeholder, String> values(ServiceName name, int port) throws IOException {
    BrokerAddress address = BrokerAddress.of(brokerUri);
    return Map.of(
        Placeholder.AMQP, brokerUri.toString(),
        Placeholder.AMQP_HOST, address.host(),
        Placeholder.AMQP_PORT, Integer.toString(address.port()),
        Placeholder.PORT, Integer.toString(port),
        Placeholder.DATA,
            Files.createDirectories(folder.resolve(name.toString())).toAbsolutePath().toString());
  }

  private ChildProcess process(ServiceName name, int port) {
    List<String> arguments = new ArrayList<>();
    arguments.add(Objects.requireNonNull(COMMANDS.get(name)));
    arguments.addAll(List.of("--port", Integer.toString(port)));
    arguments.addAll(List.of("--data-dir", folder.resolve(name.toString()).toString()));
    arguments.addAll(options);
    return new ChildProcess(
        name + " service",
        JavaCommand.of("128m", arguments.toArray(String[]::new)),
        Map.of("ORDERFLOW_AMQP_URI", brokerUri.toString()),
        log(name),
        guard);
  }

  private ChildProcess process(ServiceName name, ForeignService service) {
    return new ChildProcess(
        name + " service",
        new Launch(
            service.command(), service.environment(), service.folder(), service.stopSignal()),
        log(name),
        guard);
  }

  private Path log(ServiceName name) {
    return folder.resolve(name + ".log");
  }

  ChildProcess process(ServiceName name) {
    return Objects.requireNonNull(processes.get(name));
  }

  List<ServiceResources> resources() throws InterruptedException {
    return ProcessResources.of(processes, folder);
  }

  ServiceClients clients() {
    return clients;
  }

  boolean isOwn(ServiceName name) {
    return !foreign.containsKey(name);
  }

  ServiceView view(ServiceName name) {
    ForeignService service = foreign.get(name);
    if (service != null) {
      return ServiceView.of(service, Optional.of(log(name)));
    }
    return name == ServiceName.NOTIFICATION
        ? ServiceView.OWN.withLog(new OrderLog(log(name), CONFIRMATION))
        : ServiceView.OWN;
  }

  ServiceProbe probe(ServiceName name) {
    ForeignService service = foreign.get(name);
    return service == null
        ? ServiceProbe.of(clients.health(name))
        : new ForeignProbe(service, process(name), broker);
  }

  /** Human-readable. */
  String description() {
    return foreign.isEmpty()
        ? "services as processes, 128 MB heap each"
        : Stream.of(ServiceName.values())
            .map(name ->
                name
                    + ": "
                    + (isOwn(name)
                        ? "our own"
                        : String.join(" ", Objects.requireNonNull(foreign.get(name)).command())))
            .collect(Collectors.joining(", "));
  }

  /**
   * Starts all, and returns once they are ready. Services that are not ours need not declare the
   * contract's queues.
   */
  void start() throws InterruptedException {
    if (!foreign.isEmpty()) {
      declareTopology();
    }
    processes.values().forEach(ChildProcess::start);
    awaitReady();
    if (!isOwn(ServiceName.ORDER)) {
      try (QueueBrowser browser = broker.openBrowser()) {
        consumesOutcomes =
            browser
                .state(Topology.ORDER_OUTCOME)
                .filter(state -> state.consumers() > 0)
                .isPresent();
      }
    }
  }

  /** The embedded broker refuses clients for a moment after it listens. */
  private void declareTopology() throws InterruptedException {
    var deadline = new Deadline(BROKER_LIMIT);
    while (true) {
      try {
        broker.declareTopology();
        return;
      } catch (MessagingException e) {
        if (deadline.isOver()) {
          throw e;
        }
        Thread.sleep(POLL);
      }
    }
  }

  /** The first process that has ended; empty when none has. */
  Optional<String> ended() {
    return processes.values().stream().flatMap(process -> process.ended().stream()).findFirst();
  }

  /** Whether a service consumes {@code queue}. */
  boolean isConsumed(String queue) {
    return consumesOutcomes || !queue.equals(Topology.ORDER_OUTCOME);
  }

  /**
   * Waits until all are ready.
   *
   * @throws CliException naming the service and the reason
   */
  void awaitReady() throws InterruptedException {
    new ReadyWait(READY_LIMIT, name -> process(name).requireRunning(), ExitCode.FAILED)
        .await(this::probe);
    processes.values().forEach(ChildProcess::watchChildren);
  }

  /** Kills all. */
  @Override
  public void close() {
    clients.close();
    try {
      for (ChildProcess service : processes.values()) {
        service.kill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
