package orderflow.cli.command;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import orderflow.cli.completion.CommandModel;
import orderflow.cli.completion.Shell;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.ExitCode;
import orderflow.cli.options.CommandLineFactory;
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
    header = "Print a shell completion script for bash, zsh or fish.",
    description = {
      "",
      "The script completes commands, options and their values: words, files, folders,",
      "queues and contexts. Except for contexts it does not start Java.",
    },
    footer = {
      "",
      "Install it in a file that the shell reads at start:",
      "  bash  orderflow completion bash > ~/.orderflow.bash",
      "        and in ~/.bashrc:  source ~/.orderflow.bash",
      "  zsh   orderflow completion zsh > ~/.zfunc/_orderflow",
      "        and in ~/.zshrc:  fpath+=(~/.zfunc); autoload -Uz compinit; compinit",
      "  fish  orderflow completion fish > ~/.config/fish/completions/orderflow.fish",
      "",
      "Examples:",
      "  eval \"$(orderflow completion bash)\"      (for the current shell only)",
      "  eval \"$(orderflow completion zsh)\"       (after compinit)",
      "  orderflow completion fish | source",
    })
public final class Completion implements Callable<Integer> {
  private final CliContext cli;
  private final CommandLineFactory factory;

  @Spec private @Nullable CommandSpec spec;

  /** Accepted, but without effect here. */
  @SuppressWarnings("UnusedVariable")
  @Mixin
  private GlobalOptions global = new GlobalOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "SHELL",
      description = "One of ${COMPLETION-CANDIDATES} (default: the one in $SHELL).")
  private @Nullable Shell shell;

  public Completion(CliContext cli, CommandLineFactory factory) {
    this.cli = cli;
    this.factory = factory;
  }

  @Override
  public Integer call() {
    Shell wanted = shell == null ? loginShell() : shell;
    cli.out().print(wanted.script(CommandModel.read(factory, cli)));
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
