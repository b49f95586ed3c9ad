package orderflow.cli.command;

import java.util.concurrent.Callable;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.options.GlobalOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code orderflow context use}. */
@Command(
    name = "use",
    mixinStandardHelpOptions = true,
    header = "Set the current context.",
    description = {
      "",
      "Commands use it unless --context or ORDERFLOW_CONTEXT selects another one."
    },
    footer = {"", "Examples:", "  orderflow context use staging", "  orderflow context use --none"})
public final class ContextUse implements Callable<Integer> {
  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Parameters(arity = "0..1", paramLabel = "CONTEXT", description = "Name of the context.")
  private @Nullable String name;

  @Option(names = "--none", fallbackValue = "true", description = "Use no context.")
  private boolean none;

  public ContextUse(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    if ((name == null) != none) {
      throw new CliException(ExitCode.USAGE, "give either CONTEXT or --none");
    }
    var file = new ContextFile(cli);
    if (name != null) {
      ContextFile.require(file.read(), name);
    }
    file.change(contexts -> contexts.using(name));
    String instead = file.activate(name);
    if (!global.quiet()) {
      cli.err()
          .println((name == null ? "no context is used" : "current context: " + name) + instead);
    }
    return ExitCode.DONE.code();
  }
}
