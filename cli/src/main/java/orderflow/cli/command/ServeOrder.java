package orderflow.cli.command;

import orderflow.cli.client.ServiceName;
import orderflow.cli.io.CliContext;
import orderflow.cli.options.Count;
import orderflow.order.OrderService;
import orderflow.service.RunningService;
import orderflow.service.ServiceSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code orderflow serve-order}. */
@Command(
    name = "serve-order",
    mixinStandardHelpOptions = true,
    header = "Run the order service: accepts orders over HTTP.",
    description = {
      "",
      "Stores each order together with its event before it answers, publishes the event",
      "to the broker, and reads the outcome from the queue order_outcome.",
    },
    footer = {
      "",
      "SIGTERM and Ctrl-C drain; SIGKILL loses nothing.",
      "",
      "Examples:",
      "  orderflow serve-order",
      "  orderflow serve-order --port 9001 --data-dir /var/lib/orderflow",
    })
public final class ServeOrder extends ServiceCommand {
  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      description =
          "Port to listen on, 0 for any free port (default: ${DEFAULT-VALUE}). Variable:"
              + " ORDERFLOW_ORDER_PORT.",
      defaultValue = "8001")
  private int port = 8001;

  @Option(
      names = "--outbox-limit",
      paramLabel = "N",
      description = "Refuse orders while N events wait for the broker (default: ${DEFAULT-VALUE}).",
      defaultValue = "10m")
  private Count outboxLimit = new Count(10_000_000);

  public ServeOrder(CliContext cli) {
    super(cli, ServiceName.ORDER);
  }

  @Override
  int port() {
    return port;
  }

  @Override
  RunningService start(ServiceSettings settings) {
    return OrderService.start(settings, outboxLimit.value());
  }
}
