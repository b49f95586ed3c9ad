package orderflow.cli.command;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.Logging;
import orderflow.cli.options.GlobalOptions;
import orderflow.http.PortInUseException;
import orderflow.rabbit.AmqpProbe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orderflow serve-broker}. */
@Command(
    name = "serve-broker",
    mixinStandardHelpOptions = true,
    header = "Run the embedded broker, durable, on loopback only.",
    description = {
      "",
      "For trials without RabbitMQ: AMQP 0-9-1, user guest, password guest, virtual",
      "host /. Durable queues and persistent messages survive a restart.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow serve-broker",
      "  orderflow serve-broker --port 5673 --data-dir /tmp/flow",
    })
public final class ServeBroker implements Callable<Integer> {
  private static final int AMQP_PORT = 5672;
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(1);

  private final CliContext cli;

  @SuppressWarnings("UnusedVariable") // every command takes the global options
  @Mixin
  private GlobalOptions global = new GlobalOptions();

  @Mixin private DataOptions data = new DataOptions();

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      description =
          "Port to listen on, 0 for any free port (default: ${DEFAULT-VALUE}). Variable:"
              + " ORDERFLOW_BROKER_PORT.",
      defaultValue = "5672")
  private int port = AMQP_PORT;

  public ServeBroker(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws Exception {
    Logging.configureForServices(data.logFormat());
    ServeOptions.requirePort("--port", port);
    EmbeddedBroker broker = start();
    cli.out().println("broker ready on amqp://127.0.0.1:" + broker.port());
    return ServiceRunner.runUntilInterrupted(cli, broker, Map.of(), "", broker.failure());
  }

  private EmbeddedBroker start() {
    try {
      return EmbeddedBroker.durable(port, data.dataDir(cli).resolve("broker"));
    } catch (PortInUseException e) {
      if (AmqpProbe.of(e.bind(), port, PROBE_LIMIT).result() != AmqpProbe.Result.AMQP) {
        throw e;
      }
      throw new CliException(
          ExitCode.USAGE,
          "a broker is already running at amqp://%s:%d; use it, stop it, or choose another --port"
              .formatted(e.bind(), port),
          e);
    }
  }
}
