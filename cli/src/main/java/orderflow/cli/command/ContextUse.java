package orderflow.cli.command;

import java.util.concurrent.Callable;
import orderflow.cli.CommandFailure;
import orderflow.cli.ExitCode;
import orderflow.cli.GlobalOptions;
import orderflow.cli.Surroundings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code orderflow context use}. */
@Command(
    name = "use",
    mixinStandardHelpOptions = true,
    header = "Choose the context that is used when none is named.",
    description = {
      "",
      "Until then, and after --none, no context is used unless --context names it."
    },
    footer = {"", "Examples:", "  orderflow context use staging", "  orderflow context use --none"})
public final class ContextUse implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Parameters(arity = "0..1", paramLabel = "CONTEXT", description = "The context's name.")
  private @Nullable String name;

  @Option(
      names = "--none",
      fallbackValue = "true",
      description = "None: what is not given is the default again.")
  private boolean none;

  public ContextUse(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if ((name == null) != none) {
      throw new CommandFailure(ExitCode.USAGE, "give either a CONTEXT or --none");
    }
    var file = new ContextFile(surroundings);
    if (name != null) {
      ContextFile.require(file.read(), name);
    }
    file.change(contexts -> contexts.using(name));
    String instead = file.chosen(name);
    if (!global.quiet()) {
      surroundings
          .err()
          .println(
              (name == null ? "no context is used" : "context " + name + " is used from now on")
                  + instead);
      surroundings.err().flush();
    }
    return ExitCode.DONE.code();
  }
}
