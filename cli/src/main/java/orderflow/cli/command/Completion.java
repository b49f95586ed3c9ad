package orderflow.cli.command;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import orderflow.cli.completion.Shell;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.ExitCode;
import orderflow.cli.options.CommandLineFactory;
import orderflow.cli.options.CommandModelReader;
import orderflow.cli.options.GlobalOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orderflow completion}. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    header = "Print what completes commands in bash, zsh and fish.",
    description = {
      "",
      "With it, TAB completes commands, options, and the words, files, folders and",
      "queues that an option takes. Once loaded it runs neither Java nor a broker.",
    },
    footer = {
      "",
      "For good, in a file that is read when a shell starts:",
      "  bash  orderflow completion bash > ~/.orderflow.bash",
      "        and in ~/.bashrc:  source ~/.orderflow.bash",
      "  zsh   orderflow completion zsh > ~/.zfunc/_orderflow",
      "        and in ~/.zshrc:  fpath+=(~/.zfunc); autoload -Uz compinit; compinit",
      "  fish  orderflow completion fish > ~/.config/fish/completions/orderflow.fish",
      "",
      "Examples:",
      "  eval \"$(orderflow completion bash)\"      (for the shell it is typed in)",
      "  eval \"$(orderflow completion zsh)\"       (after compinit)",
      "  orderflow completion fish | source",
    })
public final class Completion implements Callable<Integer> {
  private final CliContext cli;
  private final CommandLineFactory factory;

  @Spec private @Nullable CommandSpec spec;

  /** Every command takes them; none makes a difference here. */
  @SuppressWarnings("UnusedVariable")
  @Mixin
  private GlobalOptions global = new GlobalOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "SHELL",
      description = "One of ${COMPLETION-CANDIDATES} (default: what $SHELL is).")
  private @Nullable Shell shell;

  public Completion(CliContext cli, CommandLineFactory factory) {
    this.cli = cli;
    this.factory = factory;
  }

  @Override
  public Integer call() {
    Shell wanted = shell == null ? loginShell() : shell;
    cli.out().print(wanted.script(CommandModelReader.read(factory, cli)));
    cli.out().flush();
    return ExitCode.DONE.code();
  }

  private Shell loginShell() {
    String path = cli.environment().getOrDefault("SHELL", "");
    String name = path.substring(path.lastIndexOf('/') + 1);
    return Stream.of(Shell.values())
        .filter(known -> known.toString().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new ParameterException(
                Objects.requireNonNull(spec).commandLine(), "which shell? bash, zsh or fish"));
  }
}
