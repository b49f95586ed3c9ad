package orderflow.cli.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import orderflow.cli.completion.CommandModel;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.Logging;
import orderflow.cli.io.ShellSession;
import orderflow.cli.io.SignalHandler;
import orderflow.cli.options.CommandLineFactory;
import orderflow.cli.options.ContextResolver;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.options.OptionDefaults;
import orderflow.cli.shell.HistoryFilter;
import orderflow.cli.shell.LineCompleter;
import orderflow.cli.shell.RecentOrders;
import orderflow.cli.shell.TeeWriter;
import orderflow.cli.view.Prompt;
import orderflow.cli.view.Text;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code orderflow shell}. */
@Command(
    name = "shell",
    mixinStandardHelpOptions = true,
    header = "Run commands interactively, with completion and history.",
    description = {
      "",
      "Type commands without the word orderflow. 'help' lists them, 'exit' or Ctrl-D",
      "ends the shell, Ctrl-C ends the running command. TAB completes commands,",
      "options and values, also queues, contexts and the orders of this session.",
      "Common options of the shell apply to every line, unless the line has the same",
      "option, or a context was selected by its --context or a 'context use'. The",
      "prompt shows the context. Without a terminal the shell reads lines from standard",
      "input. The exit code is that of the last command.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow shell",
      "  orderflow shell --context staging",
      "  orderflow shell < commands.txt",
    })
public final class ShellCommand implements Callable<Integer> {
  private static final String PROGRAM = "orderflow";
  private static final String COMMENT = "#";
  private static final int MAX_NAME = 30;

  private final CliContext cli;
  private final CommandLineFactory factory;
  private final PrintWriter teeOutput;
  private final RecentOrders orders = new RecentOrders();

  @Spec private @Nullable CommandSpec spec;

  @Mixin private GlobalOptions global = new GlobalOptions();

  public ShellCommand(CliContext cli, CommandLineFactory factory) {
    this.cli = cli;
    this.factory = factory;
    this.teeOutput = new PrintWriter(new TeeWriter(cli.out(), orders::noteOutput), true);
  }

  @Override
  public Integer call() throws Exception {
    return cli.inIsTerminal() && cli.outIsTerminal() ? interactive() : lines();
  }

  private int interactive() throws Exception {
    Logging.silenceTerminalLibrary();
    var completion =
        new LineCompleter(
            CommandModel.read(factory, cli), orders::ids, () -> ContextResolver.names(cli));
    var prompt = new Prompt(historyFile(), HistoryFilter::isKept, completion::candidates);
    ShellSession session = session(Optional.of(Prompt::ask));
    if (!global.quiet()) {
      cli.out().println("help lists the commands, TAB completes, Ctrl-D ends");
      cli.out().flush();
    }
    int last = ExitCode.DONE.code();
    while (true) {
      Optional<List<String>> words = prompt.read(promptText(session, last));
      if (words.isEmpty() || isEnd(words.get())) {
        return last;
      }
      CliContext line = cli.inSession(session, teeOutput, prompt.columns());
      last = run(words.get(), last, typed -> untilInterrupted(typed, line));
    }
  }

  /** The context, and the exit code of the last command unless it is 0. */
  private String promptText(ShellSession session, int last) {
    return PROGRAM
        + ContextResolver.selected(cli.inSession(session, teeOutput, 0))
            .map(name -> " (" + Text.cut(Text.printable(name), MAX_NAME) + ")")
            .orElse("")
        + (last == ExitCode.DONE.code() ? "" : " [" + last + "]")
        + "> ";
  }

  private ShellSession session(Optional<ShellSession.Prompter> prompter) {
    return new ShellSession(
        OptionDefaults.typedGlobalOptions(Objects.requireNonNull(spec)), prompter, orders::note);
  }

  /** Runs lines from a file or pipe. */
  private int lines() throws Exception {
    int last = ExitCode.DONE.code();
    CliContext each = cli.inSession(session(Optional.empty()), teeOutput, 0);
    var in = new BufferedReader(new InputStreamReader(cli.in(), StandardCharsets.UTF_8));
    int number = 0;
    String line = in.readLine();
    while (line != null) {
      number++;
      List<String> words = line.strip().startsWith(COMMENT) ? List.of() : words(line, number);
      if (isEnd(words)) {
        return last;
      }
      last = run(words, last, typed -> execute(typed, each));
      line = in.readLine();
    }
    return last;
  }

  /** An error has only the number of the line, which may hold a secret. */
  private static List<String> words(String line, int number) {
    try {
      return Prompt.words(line);
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, "line " + number + ": " + e.getMessage(), e);
    }
  }

  private static boolean isEnd(List<String> words) {
    return words.size() == 1
        && (words.getFirst().equals("exit") || words.getFirst().equals("quit"));
  }

  /** Returns the exit code of the command; {@code last} without a command. */
  private int run(List<String> typed, int last, Execution execution) throws Exception {
    List<String> words =
        typed.isEmpty() || !typed.getFirst().equals(PROGRAM)
            ? typed
            : typed.subList(1, typed.size());
    if (words.isEmpty()) {
      return last;
    }
    if (words.getFirst().equals("shell")) {
      cli.err().println("orderflow: the shell is running already");
      return ExitCode.USAGE.code();
    }
    orders.begin();
    return execution.of(words);
  }

  private interface Execution {
    int of(List<String> words) throws Exception;
  }

  private int execute(List<String> words, CliContext line) {
    int code = factory.create(line).execute(words.toArray(String[]::new));
    line.out().flush();
    return code;
  }

  /** Ctrl-C ends the command as it would end the process. */
  private int untilInterrupted(List<String> words, CliContext line) throws Exception {
    Thread self = Thread.currentThread();
    var interrupted = new AtomicBoolean();
    try (var _ =
        Prompt.onInterrupt(() -> {
          interrupted.set(true);
          if (!SignalHandler.raise()) {
            self.interrupt();
          }
        })) {
      int code = execute(words, line);
      return interrupted.get() ? ExitCode.INTERRUPTED.code() : code;
    } finally {
      // The interrupt was for the command.
      boolean _ = Thread.interrupted();
    }
  }

  /** Without a home folder the shell keeps no history. */
  private Optional<Path> historyFile() throws IOException {
    try {
      return Optional.of(Files.createDirectories(DataOptions.stateFolder(cli)).resolve("history"));
    } catch (CliException e) {
      return Optional.empty();
    }
  }
}
