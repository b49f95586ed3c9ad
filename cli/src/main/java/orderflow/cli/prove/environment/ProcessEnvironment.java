package orderflow.cli.prove.environment;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import orderflow.cli.client.HealthClient;
import orderflow.cli.client.InventoryClient;
import orderflow.cli.client.NotificationClient;
import orderflow.cli.client.OrderClient;
import orderflow.cli.client.ServiceAccess;
import orderflow.cli.client.ServiceName;
import orderflow.cli.client.Services;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.messaging.BrokerAddress;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.rabbit.FreePorts;
import orderflow.rabbit.ProcessGuard;
import org.jspecify.annotations.Nullable;

/**
 * The services, and usually the broker, as child processes on free ports and in a temporary folder,
 * with a proxy between services and broker. Leaves nothing behind, however this process ends, but a
 * folder that is to be kept.
 */
public final class ProcessEnvironment implements TestEnvironment {
  private static final Duration READY_LIMIT = Duration.ofSeconds(90);
  private static final Map<ServiceName, String> COMMANDS =
      Map.of(
          ServiceName.ORDER, "serve-order",
          ServiceName.INVENTORY, "serve-inventory",
          ServiceName.NOTIFICATION, "serve-notify");

  private final Path folder;
  private final ProcessGuard guard;
  private final BrokerControl brokerControl;
  private final FaultProxy proxy;
  private final FaultyDisk orderDisk;
  private final CrashLoop crashLoop;
  private final RabbitBroker broker;
  private final Map<ServiceName, ChildProcess> services = new EnumMap<>(ServiceName.class);
  private final Map<ServiceName, URI> urls = new EnumMap<>(ServiceName.class);
  private final ServiceClients clients;
  private boolean keep;

  /** Which broker to play on. */
  public sealed interface BrokerChoice {
    /** Our own, durable, as a child process. */
    record Embedded() implements BrokerChoice {}

    /** A private node of the RabbitMQ that is installed here. */
    record Rabbit(Map<String, String> environment) implements BrokerChoice {}

    /**
     * One that somebody else runs.
     *
     * @param broker it
     * @param options with which the services find it too, apart from its address
     */
    record External(URI uri, RabbitBroker broker, List<String> options) implements BrokerChoice {}
  }

  /** What the order service's disk is to be. */
  public enum DiskChoice {
    /** The system's. */
    SYSTEM,
    /** A small one that can be filled. */
    FILLABLE,
    /** A small one that can be filled and frozen. */
    FREEZABLE
  }

  private ProcessEnvironment(
      Path folder,
      ProcessGuard guard,
      BrokerControl brokerControl,
      RabbitBroker broker,
      List<String> options,
      FaultyDisk orderDisk)
      throws IOException, InterruptedException {
    this.folder = folder;
    this.guard = guard;
    this.brokerControl = brokerControl;
    URI direct = brokerControl.uri();
    BrokerAddress address = BrokerAddress.of(direct);
    this.proxy = FaultProxy.to(address.host(), address.port());
    this.broker = broker;
    this.orderDisk = orderDisk;
    String inventory = ServiceName.INVENTORY.toString();
    this.crashLoop = new CrashLoop(folder.resolve(inventory).resolve(inventory + ".db"));
    for (ServiceName name : ServiceName.values()) {
      add(name, throughProxy(direct), options);
    }
    this.clients = new ServiceClients(new Services(urls, ServiceAccess.OPEN));
  }

  /**
   * Starts everything, and returns once it is ready.
   *
   * @param folder an empty one, for all its files; deleted with the stage unless it is to be kept
   * @param disk what the order service's disk is to be
   * @throws CliException when something does not start; the folder is kept then
   */
  static ProcessEnvironment start(BrokerChoice choice, Path folder, DiskChoice disk)
      throws InterruptedException {
    ProcessGuard guard;
    try {
      guard = ProcessGuard.over(folder);
    } catch (IOException e) {
      throw notSetUp(e);
    }
    BrokerControl broker = null;
    ProcessEnvironment stage = null;
    try {
      broker = brokerControl(choice, folder, guard);
      Path orders = folder.resolve(ServiceName.ORDER.toString());
      FaultyDisk orderDisk = FaultyDisk.over(orders, disk, guard);
      stage =
          choice instanceof BrokerChoice.External(_, var itself, var options)
              ? new ProcessEnvironment(folder, guard, broker, itself, options, orderDisk)
              : new ProcessEnvironment(folder, guard, broker, own(broker), List.of(), orderDisk);
      stage.services.values().forEach(ChildProcess::start);
      stage.awaitReady();
      return stage;
    } catch (IOException e) {
      release(stage, broker, guard, false);
      throw notSetUp(e);
    } catch (CliException e) {
      release(stage, broker, guard, e.exitCode() == ExitCode.FAILED);
      throw e;
    } catch (RuntimeException | InterruptedException e) {
      release(stage, broker, guard, false);
      throw e;
    }
  }

  private static CliException notSetUp(IOException e) {
    return new CliException(ExitCode.INTERNAL, "no stage can be set up: " + e.getMessage(), e);
  }

  private static BrokerControl brokerControl(BrokerChoice choice, Path folder, ProcessGuard guard)
      throws InterruptedException {
    return switch (choice) {
      case BrokerChoice.Embedded() -> EmbeddedBrokerControl.start(folder, guard);
      case BrokerChoice.Rabbit(var environment) -> RabbitControl.start(environment);
      case BrokerChoice.External(var uri, _, _) -> new ExternalBroker(uri);
    };
  }

  /** Of a start that failed. */
  private static void release(
      @Nullable ProcessEnvironment stage,
      @Nullable BrokerControl broker,
      ProcessGuard guard,
      boolean keep) {
    if (stage != null) {
      stage.keep |= keep;
      stage.close();
      return;
    }
    if (broker != null) {
      broker.close();
    }
    if (keep) {
      guard.keepFolder();
    }
    guard.close();
  }

  private void awaitReady() throws InterruptedException {
    clients.awaitReady(READY_LIMIT, name -> child(name).requireRunning(), ExitCode.FAILED);
  }

  /** Lets the folder with its files outlive it. */
  Path keep() {
    keep = true;
    return folder;
  }

  private static RabbitBroker own(BrokerControl control) {
    return new RabbitBroker(BrokerSettings.of(control.uri(), "orderflow-verify"));
  }

  private void add(ServiceName name, URI brokerUri, List<String> options) throws IOException {
    int port = FreePorts.freeBlock(1);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                Objects.requireNonNull(COMMANDS.get(name)),
                "--port",
                Integer.toString(port),
                "--data-dir",
                folder.resolve(name.toString()).toString()));
    arguments.addAll(options);
    urls.put(name, URI.create("http://127.0.0.1:" + port));
    services.put(
        name,
        new ChildProcess(
            name + " service",
            JavaCommand.command("128m", arguments.toArray(String[]::new)),
            Map.of("ORDERFLOW_AMQP_URI", brokerUri.toString()),
            folder.resolve(name + ".log"),
            guard));
  }

  /** TLS would see through a proxy; such a broker is reached directly. */
  private URI throughProxy(URI direct) {
    if (direct.getScheme().equals("amqps")) {
      return direct;
    }
    String user = direct.getRawUserInfo() == null ? "" : direct.getRawUserInfo() + "@";
    String path = direct.getRawPath() == null ? "" : direct.getRawPath();
    String query = direct.getRawQuery() == null ? "" : "?" + direct.getRawQuery();
    return URI.create("amqp://" + user + "127.0.0.1:" + proxy.port() + path + query);
  }

  private ChildProcess child(ServiceName name) {
    return Objects.requireNonNull(services.get(name));
  }

  @Override
  public String description() {
    return brokerControl.description() + "; services as processes, 128 MB heap each";
  }

  @Override
  public RabbitBroker broker() {
    return broker;
  }

  @Override
  public OrderClient orders() {
    return clients.orders();
  }

  @Override
  public InventoryClient inventory() {
    return clients.inventory();
  }

  @Override
  public HealthClient health(ServiceName service) {
    return new HealthClient(service, url(service), ServiceAccess.OPEN);
  }

  private URI url(ServiceName service) {
    return Objects.requireNonNull(urls.get(service));
  }

  @Override
  public NotificationClient notifications() {
    return clients.notifications();
  }

  @Override
  public Optional<String> unsupported(EnvironmentFault fault) {
    return switch (fault) {
      case EnvironmentFault.Stopped _, EnvironmentFault.Killed _ -> Optional.empty();
      case EnvironmentFault.CrashLoop(var service, _) ->
          service == ServiceName.INVENTORY
              ? Optional.empty()
              : Optional.of("only inventory's database is locked");
      case EnvironmentFault.Paused _ -> ChildProcess.pauseUnsupported();
      case EnvironmentFault.Network _ ->
          brokerControl.uri().getScheme().equals("amqps")
              ? Optional.of("the way to a broker with TLS has no proxy")
              : Optional.empty();
      case EnvironmentFault.StoreFull(var service) ->
          service == ServiceName.ORDER
              ? orderDisk.fillUnsupported()
              : Optional.of("only the order service has a disk that can be filled");
      case EnvironmentFault.StoreFrozen(var service) ->
          service == ServiceName.ORDER
              ? orderDisk.freezeUnsupported()
              : Optional.of("only the order service has a disk that can be frozen");
      case EnvironmentFault.OfBroker _ -> brokerControl.unsupported(fault);
    };
  }

  @Override
  public void inject(EnvironmentFault fault) throws InterruptedException {
    switch (fault) {
      case EnvironmentFault.Stopped(var service) -> child(service).stop();
      case EnvironmentFault.Killed(var service) -> child(service).kill();
      case EnvironmentFault.Paused(var service) -> child(service).pause();
      case EnvironmentFault.CrashLoop(var service, int crashes) -> {
        try (HealthClient health = health(service)) {
          crashLoop.run(child(service), health, crashes);
        }
      }
      case EnvironmentFault.Network(var trouble) -> proxy.mode(trouble);
      case EnvironmentFault.StoreFull _ -> orderDisk.fill();
      case EnvironmentFault.StoreFrozen _ -> orderDisk.freeze();
      case EnvironmentFault.DeliveryLimit _ -> {
        child(ServiceName.INVENTORY).stop(); // else it declares its queue again at once
        brokerControl.inject(fault);
        child(ServiceName.INVENTORY).start();
        awaitReady();
      }
      case EnvironmentFault.OfBroker _ -> brokerControl.inject(fault);
    }
  }

  @Override
  public void heal(EnvironmentFault fault) throws InterruptedException {
    switch (fault) {
      case EnvironmentFault.Stopped(var service) -> child(service).start();
      case EnvironmentFault.Killed(var service) -> child(service).start();
      case EnvironmentFault.Paused(var service) -> child(service).resume();
      case EnvironmentFault.CrashLoop(var service, _) -> {
        crashLoop.close();
        child(service).start();
      }
      case EnvironmentFault.Network _ -> proxy.heal();
      case EnvironmentFault.StoreFull _ -> orderDisk.free();
      case EnvironmentFault.StoreFrozen _ -> orderDisk.thaw();
      case EnvironmentFault.DeliveryLimit _ -> {
        child(ServiceName.INVENTORY).stop();
        brokerControl.heal(fault);
        child(ServiceName.INVENTORY).start();
      }
      case EnvironmentFault.OfBroker _ -> brokerControl.heal(fault);
    }
    awaitReady();
  }

  @Override
  public void release(EnvironmentFault fault) {
    if (fault instanceof EnvironmentFault.StoreFrozen) {
      orderDisk.thaw();
    }
  }

  @Override
  public void close() {
    orderDisk.thaw(); // not even SIGKILL ends a process that hangs in a write
    clients.close();
    crashLoop.close();
    try {
      for (ChildProcess service : services.values()) {
        service.kill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    proxy.close();
    if (keep) {
      brokerControl.keepLog(folder);
      orderDisk.keepFiles();
      guard.keepFolder();
    }
    brokerControl.close();
    orderDisk.close();
    guard.close();
  }
}
