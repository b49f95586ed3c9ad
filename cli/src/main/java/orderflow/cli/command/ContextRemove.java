package orderflow.cli.command;

import java.util.concurrent.Callable;
import orderflow.cli.contexts.Contexts;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.ExitCode;
import orderflow.cli.options.GlobalOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code orderflow context remove}. */
@Command(
    name = "remove",
    mixinStandardHelpOptions = true,
    header = "Remove a context.",
    description = {
      "",
      "Asks for confirmation. If it was the current context, there is none after that."
    },
    footer = {
      "",
      "Examples:",
      "  orderflow context remove staging --dry-run",
      "  orderflow context remove staging --yes",
    })
public final class ContextRemove implements Callable<Integer> {
  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Parameters(paramLabel = "CONTEXT", description = "Name of the context.")
  private String name = "";

  @Option(names = "--yes", fallbackValue = "true", description = "Remove without confirmation.")
  private boolean yes;

  @Option(
      names = "--dry-run",
      fallbackValue = "true",
      description = "Print what would be removed, without removing it.")
  private boolean dryRun;

  public ContextRemove(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    var file = new ContextFile(cli);
    Contexts contexts = file.read();
    int size = ContextFile.require(contexts, name).size();
    String values = size == 1 ? "1 value" : size + " values";
    if (dryRun) {
      say("would remove context " + name + " with " + values);
      return ExitCode.DONE.code();
    }
    if (!yes && !Confirm.ask(cli, "Remove context " + name + " with " + values)) {
      say("nothing was removed");
      return ExitCode.PARTIAL.code();
    }
    file.change(now -> now.without(name));
    say("removed context " + name);
    return ExitCode.DONE.code();
  }

  private void say(String line) {
    if (!global.quiet()) {
      cli.err().println(line);
    }
  }
}
