package orderflow.cli.command;

import java.time.Duration;
import orderflow.cli.client.ServiceName;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.inventory.FailMode;
import orderflow.inventory.FaultInjection;
import orderflow.inventory.InventoryService;
import orderflow.service.RunningService;
import orderflow.service.ServiceSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code orderflow serve-inventory}. */
@Command(
    name = "serve-inventory",
    mixinStandardHelpOptions = true,
    header = "Run the inventory service: reserves stock for orders.",
    description = {
      "",
      "Decides on each order from the broker once, however often it is delivered, and",
      "publishes the decision.",
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
public final class ServeInventory extends ServiceCommand {
  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      description =
          "Port to listen on, 0 for any free port (default: ${DEFAULT-VALUE}). Variable:"
              + " ORDERFLOW_INVENTORY_PORT.",
      defaultValue = "8002")
  private int port = 8002;

  @Option(
      names = "--fail-mode",
      paramLabel = "MODE",
      description =
          "For tests: fail orders despite stock: ${COMPLETION-CANDIDATES}"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "none")
  private FailMode failMode = FailMode.NONE;

  @Option(
      names = "--fail-prob",
      paramLabel = "P",
      description = "Probability for --fail-mode prob, 0 to 1 (default: ${DEFAULT-VALUE}).",
      defaultValue = "0.5")
  private double failProbability = 0.5;

  @Option(
      names = "--delay",
      paramLabel = "TIME",
      description = "For tests: delay of each order (default: 0ms).",
      defaultValue = "0ms")
  private Duration delay = Duration.ZERO;

  public ServeInventory(CliContext cli) {
    super(cli, ServiceName.INVENTORY);
  }

  @Override
  int port() {
    return port;
  }

  @Override
  RunningService start(ServiceSettings settings) {
    if (!(failProbability >= 0 && failProbability <= 1)) {
      throw new CliException(ExitCode.USAGE, "--fail-prob must be from 0 to 1");
    }
    return InventoryService.start(settings, new FaultInjection(failMode, failProbability, delay));
  }
}
