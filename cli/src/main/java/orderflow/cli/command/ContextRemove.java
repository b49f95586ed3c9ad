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
    header = "Forget a context.",
    description = {"", "Asks first. If it was the current one, none is from then on."},
    footer = {
      "",
      "Examples:",
      "  orderflow context remove staging --dry-run",
      "  orderflow context remove staging --yes",
    })
public final class ContextRemove implements Callable<Integer> {
  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Parameters(paramLabel = "CONTEXT", description = "The context's name.")
  private String name = "";

  @Option(names = "--yes", fallbackValue = "true", description = "Do not ask.")
  private boolean yes;

  @Option(
      names = "--dry-run",
      fallbackValue = "true",
      description = "Say what would be forgotten, and forget nothing.")
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
      say("would forget context " + name + " with " + values);
      return ExitCode.DONE.code();
    }
    if (!yes && !Confirm.ask(cli, "Forget context " + name + " with " + values)) {
      say("nothing was forgotten");
      return ExitCode.PARTIAL.code();
    }
    file.change(now -> now.without(name));
    say("forgot context " + name);
    return ExitCode.DONE.code();
  }

  private void say(String line) {
    if (!global.quiet()) {
      cli.err().println(line);
      cli.err().flush();
    }
  }
}
