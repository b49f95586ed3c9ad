package orderflow.cli.command;

import java.util.concurrent.Callable;
import orderflow.cli.Count;
import orderflow.cli.GlobalOptions;
import orderflow.cli.Logging;
import orderflow.cli.Surroundings;
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
    footer = {"", "SIGTERM and Ctrl-C drain; SIGKILL loses nothing."})
public final class ServeOrder implements Callable<Integer> {
  private final Surroundings surroundings;

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

  public ServeOrder(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws Exception {
    Logging.ofServices(serve.logFormat());
    var settings = serve.settings(surroundings, global, global.broker("order_service"), port);
    RunningService service = OrderService.start(settings, outboxLimit.value());
    Serving.announce(surroundings, "order service", service);
    return Serving.untilInterrupted(service);
  }
}
