package orderflow.cli.command;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import orderflow.cli.io.CliContext;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.prove.environment.ProcessEnvironment.BrokerChoice;
import orderflow.cli.prove.environment.ProcessEnvironment.DiskChoice;
import orderflow.cli.prove.environment.ProcessEnvironments;
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
      "Starts a broker and the three services on private ports and in a temporary",
      "folder, plays backlog and recovery, the duplicate and the poison message, and",
      "ends with a verdict on each. Takes about half a minute, and leaves nothing",
      "behind but a page for a browser, orderflow-demo.html, unless --report names",
      "another. It is 'orderflow verify backlog duplicate poison'.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow demo",
      "  orderflow demo --no-tui --report flow.html",
    })
public final class Demo implements Callable<Integer> {
  private static final Path PAGE = Path.of("orderflow-demo.html");

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
    var catalogue = new Scenarios(RunIds.next("demo", cli), seed, false, cli.clock());
    return new ScenarioRun(
            cli,
            global,
            reports.orElse(PAGE),
            seed,
            Objects.requireNonNull(spec).root().commandLine().getParseResult().originalArgs())
        .run(
            catalogue.demo(),
            saying ->
                new ProcessEnvironments(
                    new BrokerChoice.Embedded(), DiskChoice.SYSTEM, reports.keptFiles(), saying));
  }
}
