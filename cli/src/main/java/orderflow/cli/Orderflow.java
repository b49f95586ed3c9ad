package orderflow.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import orderflow.cli.command.Completion;
import orderflow.cli.command.ContextCommand;
import orderflow.cli.command.Demo;
import orderflow.cli.command.DlqExport;
import orderflow.cli.command.DlqInspect;
import orderflow.cli.command.DlqPurge;
import orderflow.cli.command.DlqReplay;
import orderflow.cli.command.Flood;
import orderflow.cli.command.Help;
import orderflow.cli.command.ManPages;
import orderflow.cli.command.NotificationsCommand;
import orderflow.cli.command.Place;
import orderflow.cli.command.Poison;
import orderflow.cli.command.ReplayDuplicate;
import orderflow.cli.command.ServeBroker;
import orderflow.cli.command.ServeInventory;
import orderflow.cli.command.ServeNotify;
import orderflow.cli.command.ServeOrder;
import orderflow.cli.command.ShellCommand;
import orderflow.cli.command.Status;
import orderflow.cli.command.StockCommand;
import orderflow.cli.command.TopologyCommand;
import orderflow.cli.command.TraceCommand;
import orderflow.cli.command.Up;
import orderflow.cli.command.Verify;
import orderflow.cli.command.WarmUp;
import orderflow.cli.command.Watch;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.ResultStream;
import orderflow.cli.io.SignalHandler;
import picocli.CommandLine.Command;

/** The program: its commands and {@code main}. */
@Command(
    name = "orderflow",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    header = "Run an event-driven order flow on RabbitMQ and verify its failure scenarios.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Environment:",
      "  ORDERFLOW_...        Values of omitted options: ORDERFLOW_AMQP_URI for --uri,",
      "                       ORDERFLOW_ORDER_URL for --order-url, and so on.",
      "  ORDERFLOW_JAVA_HOME  Java 25 or newer to run with (default: search for one).",
      "  ORDERFLOW_JAVA_OPTS  Additional Java options, for example -Xmx128m.",
      "  NO_COLOR             Disables colors unless empty.",
      "  COLUMNS              Width of the terminal (default: detected).",
      "",
      "Examples:",
      "  orderflow demo                   (start with this)",
      "  orderflow up                     (then, in another terminal:)",
      "  orderflow place --wait",
      "  orderflow COMMAND --help         (describes a command and its options)",
    })
public final class Orderflow {
  /** In the order of the completions. */
  static final List<Subcommand> SUBCOMMANDS =
      List.of(
          new Subcommand("demo", () -> Demo.class),
          new Subcommand("verify", () -> Verify.class),
          new Subcommand("up", () -> Up.class),
          new Subcommand("serve-order", () -> ServeOrder.class),
          new Subcommand("serve-inventory", () -> ServeInventory.class),
          new Subcommand("serve-notify", () -> ServeNotify.class),
          new Subcommand("serve-broker", () -> ServeBroker.class),
          new Subcommand("place", () -> Place.class),
          new Subcommand("flood", () -> Flood.class),
          new Subcommand("replay-duplicate", () -> ReplayDuplicate.class),
          new Subcommand("poison", () -> Poison.class),
          new Subcommand("dlq-inspect", () -> DlqInspect.class),
          new Subcommand("dlq-replay", () -> DlqReplay.class),
          new Subcommand("dlq-export", () -> DlqExport.class),
          new Subcommand("dlq-purge", () -> DlqPurge.class),
          new Subcommand("trace", () -> TraceCommand.class),
          new Subcommand("watch", () -> Watch.class),
          new Subcommand("status", () -> Status.class),
          new Subcommand("stock", () -> StockCommand.class),
          new Subcommand("notifications", () -> NotificationsCommand.class),
          new Subcommand("topology", () -> TopologyCommand.class),
          new Subcommand("context", () -> ContextCommand.class),
          new Subcommand("shell", () -> ShellCommand.class),
          new Subcommand("completion", () -> Completion.class),
          new Subcommand("help", () -> Help.class),
          new Subcommand("man-pages", () -> ManPages.class),
          new Subcommand("warm-up", () -> WarmUp.class));

  /**
   * A subcommand.
   *
   * @param type supplies its class, which is not loaded before
   */
  record Subcommand(String name, Supplier<Class<?>> type) {}

  public static void main(String[] arguments) {
    var results = new ResultStream(new FileOutputStream(FileDescriptor.out));
    CliContext cli = CliContext.ofProcess(results);
    int exitCode = execute(cli, arguments);
    cli.out().flush();
    Optional<String> problem = results.problem();
    problem.ifPresent(
        why -> cli.err().println("orderflow: standard output cannot be written: " + why));
    SignalHandler.outputFinished();
    boolean partial = problem.isPresent() && exitCode == ExitCode.DONE.code();
    System.exit(partial ? ExitCode.PARTIAL.code() : exitCode);
  }

  private static int execute(CliContext cli, String... arguments) {
    if (List.of(arguments).equals(List.of("--version"))) { // in a third of the time
      cli.out().println(Version.text());
      return ExitCode.DONE.code();
    }
    return CliFactory.create(cli, arguments).execute(arguments);
  }
}
