package orderflow.cli.prove.environment;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orderflow.cli.client.HealthClient;
import orderflow.cli.client.ServiceName;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.prove.foreign.ForeignFlow;
import orderflow.messaging.BrokerAddress;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.rabbit.ProcessGuard;
import org.jspecify.annotations.Nullable;

/**
 * The services, and usually the broker, as child processes on free ports and in a temporary folder,
 * with a proxy between services and broker. However this process ends, no process and no file
 * remains, except a folder that is to be kept.
 */
public final class ProcessEnvironment implements TestEnvironment {
  private final Path folder;
  private final ProcessGuard guard;
  private final BrokerControl brokerControl;
  private final FaultProxy proxy;
  private final FaultyDisk orderDisk;
  private final CrashLoop crashLoop;
  private final LibraryFaults library;
  private final CommandRunner commands;
  private final RabbitBroker broker;
  private final FlowProcesses processes;

  /** Present faults that can keep services from being ready. */
  private final Set<EnvironmentFault> present = new HashSet<>();

  private final FailpointCrashes crashes = new FailpointCrashes();
  private boolean keep;

  /** The disk of the order service. */
  public enum DiskChoice {
    SYSTEM,
    /** A small file system that can be filled. */
    FILLABLE,
    /** A small file system that can be filled and frozen. */
    FREEZABLE
  }

  private ProcessEnvironment(
      Path folder,
      ProcessGuard guard,
      BrokerControl brokerControl,
      BrokerChoice choice,
      ForeignFlow flow,
      FaultyDisk orderDisk)
      throws IOException {
    this.folder = folder;
    this.guard = guard;
    this.brokerControl = brokerControl;
    this.orderDisk = orderDisk;
    this.library = new LibraryFaults(folder);
    URI direct = brokerControl.uri();
    BrokerAddress address = BrokerAddress.of(direct);
    this.proxy = FaultProxy.to(address.host(), address.port());
    this.commands = new CommandRunner(direct, folder.resolve("commands.log"), guard);
    List<String> options = List.of();
    if (choice instanceof BrokerChoice.External(_, var client, var given)) {
      this.broker = client;
      options = given;
    } else {
      this.broker = new RabbitBroker(BrokerSettings.of(direct, "orderflow-verify"));
    }
    String inventory = ServiceName.INVENTORY.toString();
    this.crashLoop = new CrashLoop(folder.resolve(inventory).resolve(inventory + ".db"));
    this.processes = new FlowProcesses(flow, folder, guard, broker, throughProxy(direct), options);
  }

  /** A broker with TLS is reached directly: its certificate is not for the proxy. */
  private URI throughProxy(URI direct) {
    return direct.getScheme().equals("amqps") ? direct : proxy.before(direct);
  }

  /**
   * Starts everything, and returns once it is ready.
   *
   * @param folder an empty folder for all files; deleted on close unless it is to be kept
   * @throws CliException when something does not start; the folder is kept then
   */
  static ProcessEnvironment start(
      BrokerChoice choice, ForeignFlow flow, Path folder, DiskChoice disk)
      throws InterruptedException {
    ProcessGuard guard = null;
    BrokerControl broker = null;
    ProcessEnvironment environment = null;
    boolean keepFolder = false;
    boolean started = false;
    try {
      guard = ProcessGuard.over(folder);
      broker =
          switch (choice) {
            case BrokerChoice.Embedded() -> EmbeddedBrokerControl.start(folder, guard);
            case BrokerChoice.Rabbit(var variables) -> RabbitControl.start(variables);
            case BrokerChoice.External(var uri, _, _) -> new ExternalBroker(uri);
          };
      Path orders = folder.resolve(ServiceName.ORDER.toString());
      FaultyDisk orderDisk = FaultyDisk.over(orders, disk, guard);
      environment = new ProcessEnvironment(folder, guard, broker, choice, flow, orderDisk);
      environment.processes.start();
      started = true;
      return environment;
    } catch (IOException e) {
      throw new CliException(
          ExitCode.INTERNAL, "the environment cannot be set up: " + e.getMessage(), e);
    } catch (CliException e) {
      keepFolder = e.exitCode() == ExitCode.FAILED;
      throw e;
    } finally {
      if (!started) {
        closeAfterFailure(environment, broker, guard, keepFolder);
      }
    }
  }

  private static void closeAfterFailure(
      @Nullable ProcessEnvironment environment,
      @Nullable BrokerControl broker,
      @Nullable ProcessGuard guard,
      boolean keep) {
    if (environment != null) {
      environment.keep = keep;
      environment.close();
      return;
    }
    if (broker != null) {
      broker.close();
    }
    if (guard != null) {
      if (keep) {
        guard.keepFolder();
      }
      guard.close();
    }
  }

  /** Keeps the folder when this is closed. */
  Path keep() {
    keep = true;
    return folder;
  }

  private ChildProcess process(ServiceName name) {
    return processes.process(name);
  }

  @Override
  public String description() {
    return brokerControl.description() + "; " + processes.description();
  }

  @Override
  public RabbitBroker broker() {
    return broker;
  }

  @Override
  public ServiceClients services() {
    return processes.clients();
  }

  @Override
  public ServiceView view(ServiceName service) {
    return processes.view(service);
  }

  @Override
  public Optional<String> ended() {
    return processes.ended();
  }

  @Override
  public boolean isConsumed(String queue) {
    return processes.isConsumed(queue);
  }

  @Override
  public ServiceProbe probe(ServiceName service) {
    return processes.probe(service);
  }

  @Override
  public Optional<String> commandsUnsupported() {
    return brokerControl instanceof ExternalBroker
        ? Optional.of("others use this broker and its dead letters")
        : Optional.empty();
  }

  @Override
  public Process startCommand(List<String> arguments, boolean slowly) {
    return commands.start(arguments, slowly);
  }

  @Override
  public void killCommand(Process command) throws InterruptedException {
    commands.kill(command);
  }

  @Override
  public Optional<String> unsupported(EnvironmentFault fault) {
    return new SupportedFaults(brokerControl, orderDisk, library, processes::isOwn)
        .unsupported(fault);
  }

  @Override
  public void setUp(EnvironmentFault fault) throws InterruptedException {
    if (fault instanceof EnvironmentFault.OfLibrary made) {
      configure(made.service(), library.variables(made));
    }
  }

  @Override
  public void tearDown(EnvironmentFault fault) throws InterruptedException {
    if (fault instanceof EnvironmentFault.OfLibrary made) {
      configure(made.service(), Map.of());
    }
  }

  private void configure(ServiceName service, Map<String, String> variables)
      throws InterruptedException {
    if (process(service).configure(variables)) {
      process(service).stop();
      process(service).start();
      processes.awaitReady();
    }
  }

  @Override
  public void inject(EnvironmentFault fault) throws InterruptedException {
    if (fault.preventsReadiness()) {
      present.add(fault);
    }
    switch (fault) {
      case EnvironmentFault.Stopped(var service) -> process(service).stop();
      case EnvironmentFault.Killed(var service) -> process(service).kill();
      case EnvironmentFault.Paused(var service) -> process(service).pause();
      case EnvironmentFault.CrashAt crash -> crashes.inject(crash, process(crash.service()));
      case EnvironmentFault.CrashLoop(var service, int crashes) -> {
        try (HealthClient health = health(service)) {
          crashLoop.run(process(service), health, crashes);
        }
      }
      case EnvironmentFault.StoreLocked _ -> crashLoop.lock();
      case EnvironmentFault.Configured(var service, _, var variables) ->
          configure(service, variables);
      case EnvironmentFault.OfLibrary made -> library.inject(made, process(made.service()));
      case EnvironmentFault.Network(var mode) -> proxy.inject(mode);
      case EnvironmentFault.StoreFull _ -> orderDisk.fill();
      case EnvironmentFault.StoreFrozen _ -> orderDisk.freeze();
      case EnvironmentFault.DeliveryLimit _ -> {
        process(ServiceName.INVENTORY).stop(); // it would declare its queue again at once
        brokerControl.inject(fault);
        process(ServiceName.INVENTORY).start();
        processes.awaitReady();
      }
      case EnvironmentFault.OfBroker _ -> brokerControl.inject(fault);
    }
  }

  @Override
  public void heal(EnvironmentFault fault) throws InterruptedException {
    switch (fault) {
      case EnvironmentFault.Stopped(var service) -> process(service).start();
      case EnvironmentFault.Killed(var service) -> process(service).start();
      case EnvironmentFault.Paused(var service) -> process(service).resume();
      case EnvironmentFault.CrashAt crash -> crashes.heal(crash, process(crash.service()));
      case EnvironmentFault.CrashLoop(var service, _) -> {
        crashLoop.close();
        process(service).start();
      }
      case EnvironmentFault.StoreLocked _ -> crashLoop.close();
      case EnvironmentFault.Configured(var service, _, _) -> configure(service, Map.of());
      case EnvironmentFault.OfLibrary made -> library.heal(made, process(made.service()));
      case EnvironmentFault.Network _ -> proxy.heal();
      case EnvironmentFault.StoreFull _ -> orderDisk.free();
      case EnvironmentFault.StoreFrozen _ -> orderDisk.thaw();
      case EnvironmentFault.DeliveryLimit _ -> {
        process(ServiceName.INVENTORY).stop();
        brokerControl.heal(fault);
        process(ServiceName.INVENTORY).start();
      }
      case EnvironmentFault.OfBroker _ -> brokerControl.heal(fault);
    }
    present.remove(fault);
    if (present.isEmpty()) {
      processes.awaitReady();
    }
  }

  @Override
  public Optional<String> missingEffect(EnvironmentFault fault) {
    return fault instanceof EnvironmentFault.CrashAt crash
        ? crashes.missing(crash, process(crash.service()))
        : Optional.empty();
  }

  @Override
  public List<ServiceResources> resources() throws InterruptedException {
    return processes.resources();
  }

  @Override
  public void release(EnvironmentFault fault) {
    if (fault instanceof EnvironmentFault.StoreFrozen) {
      orderDisk.thaw();
    }
  }

  @Override
  public void close() {
    orderDisk.thaw(); // a process that hangs in a write survives even SIGKILL
    crashLoop.close();
    processes.close();
    proxy.close();
    commands.close();
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
