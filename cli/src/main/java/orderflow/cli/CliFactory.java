package orderflow.cli;

import java.lang.reflect.Constructor;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import orderflow.cli.Orderflow.Subcommand;
import orderflow.cli.embedded.BrokerStartException;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.Logging;
import orderflow.cli.io.SignalHandler;
import orderflow.cli.options.CommandHints;
import orderflow.cli.options.CommandLineFactory;
import orderflow.cli.options.Converters;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.options.HelpLayout;
import orderflow.cli.options.OptionDefaults;
import orderflow.cli.options.UsageErrorHandler;
import orderflow.cli.view.Text;
import orderflow.http.CannotListenException;
import orderflow.http.PortInUseException;
import orderflow.messaging.MessagingException;
import orderflow.store.StoreException;
import orderflow.tls.TlsException;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** Makes the {@link CommandLine} for main, tests, the shell and completion scripts. */
public final class CliFactory {
  private static final String DESCRIBES_OTHERS = "help";

  private CliFactory() {}

  /** With every subcommand. */
  public static CommandLine create(CliContext cli) {
    return create(cli, Orderflow.SUBCOMMANDS);
  }

  /**
   * For one execution with {@code arguments}: with only the subcommand that they begin with,
   * because building all takes most of the start-up time.
   */
  static CommandLine create(CliContext cli, String... arguments) {
    List<String> words = List.of(arguments);
    return Orderflow.SUBCOMMANDS.stream()
        .filter(command -> words.indexOf(command.name()) == 0)
        .filter(command -> !command.name().equals(DESCRIBES_OTHERS))
        .findFirst()
        .map(command -> create(cli, List.of(command)))
        .orElseGet(() -> create(cli));
  }

  private static CommandLine create(CliContext cli, List<Subcommand> subcommands) {
    var factory = new CommandFactory(cli);
    var commandLine = new CommandLine(Orderflow.class, factory);
    for (Subcommand command : subcommands) {
      commandLine.addSubcommand(command.name(), new CommandLine(command.type().get(), factory));
    }
    var defaults = new OptionDefaults(cli);
    commandLine.setOut(cli.out());
    commandLine.setErr(cli.err());
    commandLine.setCommandName(cli.calledAs());
    commandLine.setDefaultValueProvider(defaults);
    commandLine.setParameterExceptionHandler(
        (e, arguments) -> UsageErrorHandler.report(e, List.of(arguments)));
    commandLine.setExecutionExceptionHandler((e, command, _) -> report(e, command));
    commandLine.setExecutionStrategy(parsed -> execute(parsed, defaults, cli));
    commandLine.setColorScheme(colors(cli, defaults.isPlain()));
    Converters.register(commandLine);
    HelpLayout.apply(commandLine, cli.calledAs());
    forAll(commandLine, command -> command.getCommandSpec().versionProvider(new Version()));
    return commandLine;
  }

  private static void forAll(CommandLine commandLine, Consumer<CommandLine> action) {
    action.accept(commandLine);
    commandLine.getSubcommands().values().forEach(sub -> forAll(sub, action));
  }

  private static int execute(ParseResult parsed, OptionDefaults defaults, CliContext cli) {
    CommandLine root = parsed.commandSpec().commandLine();
    if (!parsed.unmatched().isEmpty()) {
      return UsageErrorHandler.report(
          new UnmatchedArgumentException(root, parsed.unmatched()), List.of());
    }
    CommandLine command = parsed.asCommandLineList().getLast();
    CommandSpec spec = command.getCommandSpec();
    Logging.showClientErrors(isSet(spec, "--verbose"));
    if (spec.findOption("--no-color") != null) {
      root.setColorScheme(colors(cli, isSet(spec, "--no-color")));
    }
    if (!command.isUsageHelpRequested() && !command.isVersionHelpRequested()) {
      try {
        defaults.check(spec);
      } catch (CliException e) {
        return report(e, command);
      }
      defaults.warnings(spec).forEach(warning -> print(command, warning));
      if (isSet(spec, "--insecure")) {
        print(command, "--insecure: TLS certificates and host names are not verified");
      }
    }
    return new RunLast().execute(parsed);
  }

  /** Without colors for words: help only has bold ones. */
  private static ColorScheme colors(CliContext cli, boolean plain) {
    boolean wanted = cli.outIsTerminal() && !plain && GlobalOptions.supportsColor(cli);
    return new ColorScheme.Builder(wanted ? Ansi.ON : Ansi.OFF)
        .commands(Style.bold)
        .options(Style.bold)
        .build();
  }

  /**
   * Prints one line, with a stack trace if {@code --verbose} asks for it; returns the exit code.
   */
  private static int report(Exception e, CommandLine command) {
    boolean verbose = isSet(command.getCommandSpec(), "--verbose");
    boolean interrupted = isInterruption(e);
    ExitCode exitCode =
        switch (e) {
          case Exception _ when interrupted -> ExitCode.INTERRUPTED;
          case CliException failure -> failure.exitCode();
          case MessagingException failure ->
              failure.kind().isRefusal() ? ExitCode.PARTIAL : ExitCode.UNREACHABLE;
          case StoreException _,
              PortInUseException _,
              CannotListenException _,
              BrokerStartException _,
              TlsException _ ->
              ExitCode.USAGE;
          default -> ExitCode.INTERNAL;
        };
    print(
        command,
        switch (e) {
          case Exception _ when interrupted -> "interrupted";
          case MessagingException failure -> failure.detail() + hint(failure, command);
          case StoreException failure -> failure.detail();
          case Exception _ when exitCode == ExitCode.INTERNAL && !(e instanceof CliException) ->
              "internal error: " + e + (verbose ? "" : "; run again with -v for the stack trace");
          default -> String.valueOf(e.getMessage());
        });
    if (verbose) {
      e.printStackTrace(command.getErr());
      command.getErr().flush();
    }
    return exitCode.code();
  }

  /** A failure that the end of the process causes is no defect and needs no advice. */
  private static boolean isInterruption(Exception e) {
    return e instanceof InterruptedException
        || (SignalHandler.isProcessEnding()
            && !(e instanceof CliException)
            && !(e instanceof MessagingException));
  }

  private static String hint(MessagingException failure, CommandLine command) {
    MessagingException.Kind kind = failure.kind();
    if (kind.hasAdvice() || kind.isRefusal()) {
      return "";
    }
    String option = GlobalOptions.brokerOption(command.getCommandSpec());
    return kind == MessagingException.Kind.AUTHENTICATION_FAILED
        ? "; give the right ones in " + option
        : "; check that it runs, and that " + option + " is right";
  }

  /** Suggested commands in the message begin with the name by which the program was called. */
  private static void print(CommandLine command, String message) {
    String program = command.getCommandSpec().root().name();
    String completed = new CommandHints(program, Map.of()).complete(message);
    command.getErr().println("orderflow: " + Text.printable(completed));
    command.getErr().flush();
  }

  private static boolean isSet(CommandSpec command, String flag) {
    OptionSpec option = command.findOption(flag);
    return option != null && Boolean.TRUE.equals(option.<Boolean>getValue());
  }

  /** Passes the constructor of a command what it asks for; picocli makes everything else. */
  private record CommandFactory(CliContext cli) implements IFactory {
    @Override
    @SuppressWarnings("unchecked")
    public <K> K create(Class<K> type) throws Exception {
      CommandLineFactory factory = CliFactory::create;
      for (Constructor<?> constructor : type.getConstructors()) {
        List<Class<?>> parameters = List.of(constructor.getParameterTypes());
        if (parameters.equals(List.of(CliContext.class))) {
          return (K) constructor.newInstance(cli);
        }
        if (parameters.equals(List.of(CliContext.class, CommandLineFactory.class))) {
          return (K) constructor.newInstance(cli, factory);
        }
      }
      return CommandLine.defaultFactory().create(type);
    }
  }
}
