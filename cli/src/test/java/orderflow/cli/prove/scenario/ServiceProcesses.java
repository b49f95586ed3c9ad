package orderflow.cli.prove.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orderflow.cli.client.HealthClient;
import orderflow.cli.client.ServiceAccess;
import orderflow.cli.client.ServiceName;
import orderflow.cli.client.Services;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.ServiceClients;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.failpoint.Failpoint;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.rabbit.FreePorts;

/** The three services as child processes that can be killed. */
final class ServiceProcesses implements TestEnvironment {
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);
  private static final Map<ServiceName, String> COMMANDS =
      Map.of(
          ServiceName.ORDER, "serve-order",
          ServiceName.INVENTORY, "serve-inventory",
          ServiceName.NOTIFICATION, "serve-notify");

  private final String brokerUri;
  private final Path folder;
  private final Map<ServiceName, Integer> ports = new EnumMap<>(ServiceName.class);
  private final Map<ServiceName, Process> processes = new EnumMap<>(ServiceName.class);
  private final RabbitBroker broker;
  private final ServiceClients clients;

  ServiceProcesses(String brokerUri, Path folder) throws IOException {
    this.brokerUri = brokerUri;
    this.folder = folder;
    this.broker = new RabbitBroker(BrokerSettings.of(URI.create(brokerUri), "test"));
    for (ServiceName name : ServiceName.values()) {
      ports.put(name, FreePorts.freeBlock(1));
    }
    Map<ServiceName, URI> urls =
        Stream.of(ServiceName.values()).collect(Collectors.toMap(name -> name, this::uri));
    this.clients = new ServiceClients(new Services(urls, ServiceAccess.OPEN));
  }

  @Override
  public String description() {
    return "for a test";
  }

  @Override
  public RabbitBroker broker() {
    return broker;
  }

  @Override
  public ServiceClients services() {
    return clients;
  }

  /** The log of all services. */
  Path log() {
    return folder.resolve("services.log");
  }

  void startAll() throws InterruptedException {
    for (ServiceName name : ServiceName.values()) {
      launch(name);
    }
    for (ServiceName name : ServiceName.values()) {
      awaitReady(name);
    }
  }

  void start(ServiceName name) throws InterruptedException {
    launch(name);
    awaitReady(name);
  }

  @Override
  public Optional<String> unsupported(EnvironmentFault fault) {
    return fault instanceof EnvironmentFault.Killed
        ? Optional.empty()
        : Optional.of("these are only there to be killed");
  }

  @Override
  public void inject(EnvironmentFault fault) {
    kill(((EnvironmentFault.Killed) fault).service());
  }

  @Override
  public void heal(EnvironmentFault fault) throws InterruptedException {
    start(((EnvironmentFault.Killed) fault).service());
  }

  /** SIGKILL: the process gets no chance to do anything. */
  void kill(ServiceName name) {
    Process process = Objects.requireNonNull(processes.get(name));
    process.destroyForcibly();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException(name + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    processes.remove(name);
  }

  private URI uri(ServiceName name) {
    return URI.create("http://127.0.0.1:" + ports.get(name));
  }

  /** Starts it without waiting until it is ready. */
  void launch(ServiceName name) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "orderflow.cli.Orderflow",
                Objects.requireNonNull(COMMANDS.get(name)),
                "--uri",
                brokerUri,
                "--port",
                String.valueOf(ports.get(name)),
                "--data-dir",
                folder.resolve("data").toString()));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    builder.environment().put(Failpoint.VARIABLE, Failpoint.TRACE);
    try {
      processes.put(name, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitReady(ServiceName name) throws InterruptedException {
    long deadline = System.nanoTime() + READY_LIMIT.toNanos();
    try (HealthClient health = health(name)) {
      while (!health.readiness().ready()) {
        if (System.nanoTime() - deadline > 0) {
          throw new IllegalStateException(name + " is not ready within " + READY_LIMIT);
        }
        Thread.sleep(50);
      }
    }
  }

  /** The response of {@code /health/ready}. */
  String readiness(ServiceName name) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(uri(name).resolve("/health/ready")).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  @Override
  public void close() {
    List.copyOf(processes.keySet()).forEach(this::kill);
    clients.close();
  }
}
