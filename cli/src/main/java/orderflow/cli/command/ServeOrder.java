package orderflow.cli.command;

import java.util.concurrent.Callable;
import orderflow.cli.client.ServiceName;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.Logging;
import orderflow.cli.options.Count;
import orderflow.cli.options.GlobalOptions;
import orderflow.order.OrderService;
import orderflow.service.RunningService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orderflow serve-order}. */
@Command(
    name = "serve-order",
    mixinStandardHelpOptions = true,
    header = "Run the order service: takes orders over HTTP.",
    description = {
      "",
      "Keeps each order with the event that tells of it before it answers, publishes",
      "the event when the broker is there, and learns the outcome from the wire.",
    },
    footer = {
      "",
      "SIGTERM and Ctrl-C drain; SIGKILL loses nothing.",
      "",
      "Examples:",
      "  orderflow serve-order",
      "  orderflow serve-order --port 9001 --data-dir /var/lib/orderflow",
    })
public final class ServeOrder implements Callable<Integer> {
  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();
  @Mixin private ServeOptions serve = new ServeOptions();

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      description =
          "Port to listen on, 0 for any free one (default: ${DEFAULT-VALUE}). Variable:"
              + " ORDERFLOW_ORDER_PORT.",
      defaultValue = "8001")
  private int port = 8001;

  @Option(
      names = "--outbox-limit",
      paramLabel = "N",
      description =
          "Refuse orders while so many events wait for the broker (default: ${DEFAULT-VALUE}).",
      defaultValue = "10m")
  private Count outboxLimit = new Count(10_000_000);

  public ServeOrder(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws Exception {
    Logging.configureForServices(serve.logFormat());
    var settings = serve.settings(cli, global, global.broker("order_service"), port);
    RunningService service =
        AlreadyRunningCheck.start(
            serve,
            ServiceName.ORDER,
            port,
            () -> OrderService.start(settings, outboxLimit.value()));
    return ServiceRunner.runUntilInterrupted(cli, "order service", service);
  }
}
