package orderflow.cli.command;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import orderflow.cli.client.ServiceName;
import orderflow.cli.embedded.BrokerStartException;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.cli.embedded.EmbeddedFlow;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.Logging;
import orderflow.cli.options.CommandHints;
import orderflow.cli.options.GlobalOptions;
import orderflow.http.PortInUseException;
import orderflow.inventory.InventoryService;
import orderflow.messaging.BrokerAddress;
import orderflow.messaging.RabbitBroker;
import orderflow.notification.NotificationService;
import orderflow.order.OrderService;
import orderflow.rabbit.AmqpProbe;
import orderflow.service.RunningService;
import orderflow.store.StoreException;
import orderflow.tls.TlsProbe;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orderflow up}. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    header = "Run all three services, and a broker if none answers.",
    description = {
      "",
      "Uses the broker at --uri if one answers there; otherwise starts the embedded",
      "broker, with its data next to the services' data.",
    },
    footer = {
      "",
      "Ctrl-C drains and stops; the data is kept for the next start.",
      "",
      "Examples:",
      "  orderflow up",
      "  orderflow up --data-dir /tmp/flow --order-port 9001",
      "  orderflow up --uri amqp://guest:guest@rabbit:5672/",
    })
public final class Up implements Callable<Integer> {
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(3);

  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();
  @Mixin private ServeOptions serve = new ServeOptions();
  @Mixin private NotifierOptions notifier = new NotifierOptions();

  @Option(
      names = "--order-port",
      paramLabel = "PORT",
      description = "Port of the order service, 0 for any free port (default: ${DEFAULT-VALUE}).",
      defaultValue = "8001")
  private int orderPort = OrderService.DEFAULT_PORT;

  @Option(
      names = "--inventory-port",
      paramLabel = "PORT",
      description = "Port of the inventory service (default: ${DEFAULT-VALUE}).",
      defaultValue = "8002")
  private int inventoryPort = InventoryService.DEFAULT_PORT;

  @Option(
      names = "--notify-port",
      paramLabel = "PORT",
      description = "Port of the notification service (default: ${DEFAULT-VALUE}).",
      defaultValue = "8003")
  private int notifyPort = NotificationService.DEFAULT_PORT;

  public Up(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws Exception {
    Logging.configureForServices(serve.logFormat());
    ServeOptions.requirePort("--order-port", orderPort);
    ServeOptions.requirePort("--inventory-port", inventoryPort);
    ServeOptions.requirePort("--notify-port", notifyPort);
    try (Running running = startOrExplain()) {
      say(running.where());
      Map<String, RunningService> services = new LinkedHashMap<>();
      for (ServiceName name : ServiceName.values()) {
        services.put(name + " service", running.flow().service(name));
      }
      String hint = "try: " + advice(running.flow()).command("place --wait") + "     stop: Ctrl-C";
      return ServiceRunner.runUntilInterrupted(cli, running, services, hint, running.failure());
    }
  }

  /** With the order service's address, if it is not the default of the other commands. */
  private CommandHints advice(EmbeddedFlow flow) {
    URI uri = flow.service(ServiceName.ORDER).uri();
    URI expected = global.services().url(ServiceName.ORDER);
    boolean found =
        uri.getPort() == expected.getPort() && uri.getScheme().equals(expected.getScheme());
    return found
        ? global.commandHints()
        : global.commandHints().with("--order-url", uri.toString());
  }

  /**
   * The running flow.
   *
   * @param broker the embedded one; null when another broker is used
   * @param where one line about the broker
   */
  private record Running(@Nullable EmbeddedBroker broker, String where, EmbeddedFlow flow)
      implements AutoCloseable {
    /** Completes when the embedded broker has failed. */
    CompletableFuture<String> failure() {
      return broker == null ? new CompletableFuture<>() : broker.failure();
    }

    @Override
    public void close() {
      flow.close();
      if (broker != null) {
        broker.close();
      }
    }
  }

  private Running startOrExplain() throws InterruptedException {
    try {
      return start();
    } catch (PortInUseException | StoreException | BrokerStartException e) {
      Optional<CliException> explained = AlreadyRunningCheck.explain(e, serve, ports());
      throw explained.isPresent()
          ? explained.get()
          : e instanceof PortInUseException port ? portInUse(port) : e;
    }
  }

  private Map<ServiceName, Integer> ports() {
    return Map.of(
        ServiceName.ORDER, orderPort,
        ServiceName.INVENTORY, inventoryPort,
        ServiceName.NOTIFICATION, notifyPort);
  }

  /** Prints nothing: a start that fails prints one line only. */
  private Running start() {
    RabbitBroker configured = global.broker("orderflow");
    EmbeddedBroker embedded = embeddedIfNoneAnswers();
    boolean started = false;
    try {
      RabbitBroker broker =
          embedded == null
              ? configured
              : global.broker(URI.create(embedded.uri()), "--uri", "orderflow");
      EmbeddedFlow flow =
          EmbeddedFlow.start(
              port -> serve.settings(cli, global, broker, port),
              notifier.settings(global.tls()),
              ports());
      started = true;
      String where =
          embedded == null
              ? "using the broker at " + broker.address()
              : "broker ready on amqp://127.0.0.1:" + embedded.port() + " (embedded, durable)";
      return new Running(embedded, where, flow);
    } finally {
      if (!started && embedded != null) {
        embedded.close();
      }
    }
  }

  /** Adds the option that changes the port in use. */
  private CliException portInUse(PortInUseException e) {
    String option =
        e.port() == orderPort
            ? "--order-port"
            : e.port() == inventoryPort
                ? "--inventory-port"
                : e.port() == notifyPort ? "--notify-port" : "--uri";
    return new CliException(ExitCode.USAGE, e.getMessage() + " with " + option, e);
  }

  private @Nullable EmbeddedBroker embeddedIfNoneAnswers() {
    BrokerAddress address = global.brokerAddress();
    int port = address.port();
    boolean here = address.host().equals("localhost") || address.host().startsWith("127.");
    AmqpProbe.Result answer =
        here ? AmqpProbe.of(address.host(), port, PROBE_LIMIT).result() : AmqpProbe.Result.AMQP;
    if (address.secure() && here) {
      requireTlsBroker(answer, port);
      return null;
    }
    return switch (answer) {
      case AMQP -> null;
      case NOTHING -> EmbeddedBroker.durable(port, serve.data().dataDir(cli).resolve("broker"));
      case SOMETHING_ELSE ->
          throw new CliException(
              ExitCode.USAGE,
              "port "
                  + port
                  + (TlsProbe.isAnswered(address.host(), port)
                      ? " is in use by a program that speaks TLS; if it is a broker, use amqps://"
                      : " is in use by a program that does not speak AMQP; stop it, or choose"
                          + " another port (example: --uri amqp://localhost:5673)"));
    };
  }

  /** With amqps, the embedded broker, which has no TLS, is never started instead. */
  private static void requireTlsBroker(AmqpProbe.Result answer, int port) {
    switch (answer) {
      case NOTHING ->
          throw new CliException(
              ExitCode.UNREACHABLE,
              "no broker answers on port "
                  + port
                  + ", and the embedded broker has no TLS; start a broker with TLS, or use"
                  + " amqp://");
      case AMQP ->
          throw new CliException(
              ExitCode.USAGE, "the broker on port " + port + " does not speak TLS; use amqp://");
      case SOMETHING_ELSE -> {
        // probably TLS; the connection finds out
      }
    }
  }

  private void say(String line) {
    cli.out().println(line);
  }
}
