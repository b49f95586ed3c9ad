package orderflow.cli.command;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import orderflow.cli.io.CliContext;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.prove.environment.BrokerChoice;
import orderflow.cli.prove.environment.ProcessEnvironment.DiskChoice;
import orderflow.cli.prove.environment.ProcessEnvironments;
import orderflow.cli.prove.foreign.ForeignFlow;
import orderflow.cli.prove.scenario.Scenarios;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code orderflow demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    header = "See the whole flow and its failure scenarios, with nothing to set up.",
    description = {
      "",
      "Starts a broker and the three services on free ports and in a temporary folder,",
      "runs the scenarios backlog, duplicate and poison, and prints a verdict on each.",
      "Takes about half a minute, and leaves only an HTML report behind:",
      "orderflow-demo.html, or the file of --report.",
      "The same as 'orderflow verify backlog duplicate poison'.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow demo",
      "  orderflow demo --no-tui --report flow.html",
    })
public final class Demo implements Callable<Integer> {
  private static final Path REPORT = Path.of("orderflow-demo.html");

  private final CliContext cli;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Mixin private ReportOptions reports = new ReportOptions();

  public Demo(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    long seed = cli.random().nextLong(1, 1_000_000);
    var scenarios = new Scenarios(RunIds.next("demo", cli), seed, false, cli.clock());
    return new ScenarioRun(cli, global, reports.orElse(REPORT), seed, Objects.requireNonNull(spec))
        .run(
            scenarios.demo(),
            false,
            messages ->
                new ProcessEnvironments(
                    new BrokerChoice.Embedded(),
                    ForeignFlow.NONE,
                    DiskChoice.SYSTEM,
                    reports.keptFiles(),
                    messages));
  }
}
