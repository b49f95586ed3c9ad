package orderflow.cli.command;

import java.time.Duration;
import java.util.concurrent.Callable;
import orderflow.cli.client.ServiceName;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.Logging;
import orderflow.cli.options.GlobalOptions;
import orderflow.inventory.FailMode;
import orderflow.inventory.FaultInjection;
import orderflow.inventory.InventoryService;
import orderflow.service.RunningService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orderflow serve-inventory}. */
@Command(
    name = "serve-inventory",
    mixinStandardHelpOptions = true,
    header = "Run the inventory service: reserves stock for orders.",
    description = {
      "",
      "Decides once on each order that comes over the wire, however often it comes, and",
      "publishes what it decided.",
    },
    footer = {
      "",
      "SIGTERM and Ctrl-C drain; SIGKILL loses nothing.",
      "",
      "Examples:",
      "  orderflow serve-inventory",
      "  orderflow serve-inventory --delay 200ms       (a slow one, to see a backlog)",
      "  orderflow serve-inventory --fail-mode prob --fail-prob 0.2",
    })
public final class ServeInventory implements Callable<Integer> {
  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();
  @Mixin private ServeOptions serve = new ServeOptions();

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      description =
          "Port to listen on, 0 for any free one (default: ${DEFAULT-VALUE}). Variable:"
              + " ORDERFLOW_INVENTORY_PORT.",
      defaultValue = "8002")
  private int port = 8002;

  @Option(
      names = "--fail-mode",
      paramLabel = "MODE",
      description =
          "For testers: orders fail though there is stock: ${COMPLETION-CANDIDATES}"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "none")
  private FailMode failMode = FailMode.NONE;

  @Option(
      names = "--fail-prob",
      paramLabel = "P",
      description = "With --fail-mode prob: how probable, 0 to 1 (default: ${DEFAULT-VALUE}).",
      defaultValue = "0.5")
  private double failProbability = 0.5;

  @Option(
      names = "--delay",
      paramLabel = "TIME",
      description = "For testers: each order takes so long (default: 0ms).",
      defaultValue = "0ms")
  private Duration delay = Duration.ZERO;

  public ServeInventory(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws Exception {
    Logging.configureForServices(serve.logFormat());
    var settings = serve.settings(cli, global, global.broker("inventory_service"), port);
    RunningService service =
        AlreadyRunningCheck.start(
            serve,
            ServiceName.INVENTORY,
            port,
            () -> InventoryService.start(settings, faultInjection()));
    return ServiceRunner.runUntilInterrupted(cli, "inventory service", service);
  }

  private FaultInjection faultInjection() {
    if (!(failProbability >= 0 && failProbability <= 1)) {
      throw new CliException(ExitCode.USAGE, "--fail-prob is from 0 to 1");
    }
    return new FaultInjection(failMode, failProbability, delay);
  }
}
