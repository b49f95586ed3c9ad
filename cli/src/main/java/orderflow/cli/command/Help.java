package orderflow.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.ExitCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code orderflow help}: the same as {@code --help}. */
@Command(
    name = "help",
    hidden = true,
    mixinStandardHelpOptions = true,
    header = "List the commands or describe one, like --help.",
    footer = {
      "",
      "Examples:",
      "  orderflow help",
      "  orderflow help place",
      "  orderflow help context use",
    })
public final class Help implements Callable<Integer> {
  private final CliContext cli;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "Command to describe.")
  private List<String> words = new ArrayList<>();

  public Help(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    CommandLine command = Objects.requireNonNull(spec).root().commandLine();
    for (int i = 0; i < words.size(); i++) {
      Map<String, CommandLine> subcommands = command.getSubcommands();
      CommandLine next = subcommands.get(words.get(i));
      if (next == null) {
        throw new UnmatchedArgumentException(command, words.subList(i, words.size()));
      }
      command = next;
    }
    command.usage(cli.out(), command.getColorScheme());
    cli.out().flush();
    return ExitCode.DONE.code();
  }
}
