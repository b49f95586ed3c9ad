package orderflow.cli;

import java.lang.reflect.Constructor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import orderflow.cli.config.ConfigException;
import orderflow.cli.embedded.BrokerStartException;
import orderflow.cli.view.Text;
import orderflow.http.CannotListenException;
import orderflow.http.PortInUseException;
import orderflow.messaging.MessagingException;
import orderflow.store.StoreException;
import orderflow.tls.TlsException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** Makes the {@link CommandLine}: one factory for main, tests, the shell and the completions. */
public final class CommandLines {
  private static final int HELP_WIDTH = 80;

  private CommandLines() {}

  public static CommandLine create(Surroundings surroundings) {
    var commandLine = new CommandLine(Orderflow.class, new CommandFactory(surroundings));
    commandLine.setOut(surroundings.out());
    commandLine.setErr(surroundings.err());
    commandLine.setUsageHelpWidth(HELP_WIDTH);
    var context = new ContextChoice(surroundings);
    var defaults = new OptionDefaults(surroundings, context);
    commandLine.setDefaultValueProvider(defaults);
    commandLine.setParameterExceptionHandler(
        (e, arguments) -> wrongUsage(e, List.of(arguments), defaults));
    commandLine.setExecutionExceptionHandler(CommandLines::failed);
    commandLine.setExecutionStrategy(parsed ->
        parsed.unmatched().isEmpty()
            ? execute(parsed, context)
            : wrongUsage(
                new UnmatchedArgumentException(
                    parsed.commandSpec().commandLine(), parsed.unmatched()),
                List.of(),
                defaults));
    commandLine.setColorScheme(colours(surroundings));
    Converters.register(commandLine);
    forAll(commandLine, CommandLines::explainExitCodes);
    forAll(commandLine, CommandHelp::arrange);
    return commandLine;
  }

  private static void forAll(CommandLine commandLine, Consumer<CommandLine> action) {
    action.accept(commandLine);
    commandLine.getSubcommands().values().forEach(sub -> forAll(sub, action));
  }

  /** Before the command runs, and unless it is only asked for its help. */
  private static int execute(ParseResult parsed, ContextChoice context) {
    CommandLine command = parsed.asCommandLineList().getLast();
    Logging.ofBrokerClient(isVerbose(command));
    if (!command.isUsageHelpRequested() && !command.isVersionHelpRequested()) {
      try {
        context.check(command.getCommandSpec());
      } catch (ConfigException | CommandFailure e) {
        return failed(e, command, parsed);
      }
      context.warning(command.getCommandSpec()).ifPresent(why -> warn(command, why));
      OptionSpec insecure = command.getCommandSpec().findOption("--insecure");
      if (insecure != null && Boolean.TRUE.equals(insecure.<Boolean>getValue())) {
        warn(command, "--insecure: whoever answers is trusted");
      }
    }
    return new RunLast().execute(parsed);
  }

  private static void warn(CommandLine command, String why) {
    command.getErr().println("orderflow: " + why);
    command.getErr().flush();
  }

  private static void explainExitCodes(CommandLine commandLine) {
    Map<String, String> codes = new LinkedHashMap<>();
    for (ExitCode exitCode : ExitCode.values()) {
      codes.put(Integer.toString(exitCode.code()), exitCode.meaning());
    }
    commandLine
        .getCommandSpec()
        .usageMessage()
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(codes);
  }

  private static ColorScheme colours(Surroundings surroundings) {
    boolean wanted =
        surroundings.outIsTerminal()
            && surroundings.environment().getOrDefault("NO_COLOR", "").isEmpty();
    // Colours are for verdicts; what stands out in a help is bold.
    return new ColorScheme.Builder(wanted ? Ansi.ON : Ansi.OFF)
        .commands(Style.bold)
        .options(Style.bold)
        .build();
  }

  private static int wrongUsage(
      ParameterException e, List<String> arguments, OptionDefaults defaults) {
    CommandLine command = e.getCommandLine();
    var err = command.getErr();
    err.println("orderflow: " + Text.printable(inTheirWords(e, arguments, defaults)));
    if (!UnmatchedArgumentException.printSuggestions(e, err)) {
      err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    }
    err.flush();
    return ExitCode.USAGE.code();
  }

  /** Picocli names an option by its longest name, whichever was typed, and typed or not. */
  private static String inTheirWords(
      ParameterException e, List<String> arguments, OptionDefaults defaults) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      return unexpected(unmatched, unmatched.getUnmatched().getFirst());
    }
    String message = String.valueOf(e.getMessage());
    if (message.equals("Missing required subcommand")) {
      return e.getCommandLine().getParent() == null
          ? "no command given; the one to begin with is 'orderflow demo'"
          : "no command given; there are "
              + String.join(", ", e.getCommandLine().getSubcommands().keySet());
    }
    List<? extends ArgSpec> concerned =
        e instanceof MissingParameterException missing
            ? missing.getMissing()
            : e.getArgSpec() == null ? List.of() : List.of(e.getArgSpec());
    for (ArgSpec argument : concerned) {
      if (argument instanceof OptionSpec option) {
        String typed = OptionNames.typed(option, arguments, "");
        String source =
            typed.isEmpty() ? defaults.source(option).orElse("") : "option '" + typed + "'";
        if (!source.isEmpty()) {
          String name = source.startsWith("context ") ? option.longestName() + " in " : "";
          message = message.replace("option '" + option.longestName() + "'", name + source);
        }
      }
    }
    return message;
  }

  private static String unexpected(UnmatchedArgumentException e, String word) {
    boolean atRoot = !e.getCommandLine().getSubcommands().isEmpty();
    if (e.isUnknownOption()) {
      return "unknown option '" + word + "'" + (atRoot ? "; options stand behind the command" : "");
    }
    return atRoot ? "there is no command '" + word + "'" : "unexpected argument '" + word + "'";
  }

  private static int failed(Exception e, CommandLine command, ParseResult parsed) {
    var err = command.getErr();
    boolean verbose = isVerbose(command);
    ExitCode exitCode;
    @Nullable String message;
    switch (e) {
      case CommandFailure failure -> {
        exitCode = failure.exitCode();
        message = failure.getMessage();
      }
      case MessagingException failure -> {
        exitCode = ExitCode.UNREACHABLE;
        message =
            failure.detail()
                + (failure.isAdvised()
                    ? ""
                    : failure.detail().contains("refused user and password")
                        ? "; give the right ones in --uri"
                        : "; check that it runs, and that --uri is right");
      }
      case StoreException failure -> {
        exitCode = ExitCode.USAGE;
        message = failure.detail();
      }
      case PortInUseException _,
          CannotListenException _,
          BrokerStartException _,
          ConfigException _,
          TlsException _ -> {
        exitCode = ExitCode.USAGE;
        message = e.getMessage();
      }
      case InterruptedException _ -> {
        exitCode = ExitCode.INTERRUPTED;
        message = "interrupted";
      }
      default -> {
        exitCode = ExitCode.INTERNAL;
        message =
            "internal error: " + e + (verbose ? "" : "; run again with -v for the stack trace");
      }
    }
    err.println("orderflow: " + Text.printable(String.valueOf(message)));
    if (verbose) {
      e.printStackTrace(err);
    }
    err.flush();
    return exitCode.code();
  }

  /** By flag or by environment. */
  private static boolean isVerbose(CommandLine command) {
    OptionSpec verbose = command.getCommandSpec().findOption("-v");
    return verbose != null && Boolean.TRUE.equals(verbose.<Boolean>getValue());
  }

  /** Commands take their {@link Surroundings} in the constructor; everything else picocli makes. */
  private record CommandFactory(Surroundings surroundings) implements IFactory {
    @Override
    @SuppressWarnings("unchecked")
    public <K> K create(Class<K> type) throws Exception {
      for (Constructor<?> constructor : type.getConstructors()) {
        if (constructor.getParameterCount() == 1
            && constructor.getParameterTypes()[0] == Surroundings.class) {
          return (K) constructor.newInstance(surroundings);
        }
      }
      return CommandLine.defaultFactory().create(type);
    }
  }
}
