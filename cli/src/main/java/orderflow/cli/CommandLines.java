package orderflow.cli;

import java.lang.reflect.Constructor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import picocli.CommandLine.Model.CommandSpec;
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
    commandLine.setParameterExceptionHandler((e, arguments) -> wrongUsage(e, List.of(arguments)));
    commandLine.setExecutionExceptionHandler(CommandLines::failed);
    commandLine.setExecutionStrategy(parsed ->
        parsed.unmatched().isEmpty()
            ? execute(parsed, context, defaults, surroundings)
            : wrongUsage(
                new UnmatchedArgumentException(
                    parsed.commandSpec().commandLine(), parsed.unmatched()),
                List.of()));
    commandLine.setColorScheme(colours(surroundings, defaults.plain()));
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
  private static int execute(
      ParseResult parsed,
      ContextChoice context,
      OptionDefaults defaults,
      Surroundings surroundings) {
    CommandLine command = parsed.asCommandLineList().getLast();
    CommandSpec spec = command.getCommandSpec();
    Logging.ofBrokerClient(isSet(spec, "--verbose"));
    if (spec.findOption("--no-color") != null) {
      parsed
          .commandSpec()
          .commandLine()
          .setColorScheme(colours(surroundings, isSet(spec, "--no-color")));
    }
    if (!command.isUsageHelpRequested() && !command.isVersionHelpRequested()) {
      try {
        context.check(spec);
        defaults.check(spec);
      } catch (ConfigException | CommandFailure e) {
        return failed(e, command, parsed);
      }
      context.warnings(spec).forEach(why -> warn(command, why));
      if (isSet(spec, "--insecure")) {
        warn(command, "--insecure: whoever answers is trusted");
      }
    }
    return new RunLast().execute(parsed);
  }

  private static void warn(CommandLine command, String why) {
    command.getErr().println("orderflow: " + Text.printable(why));
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

  private static ColorScheme colours(Surroundings surroundings, boolean plain) {
    boolean wanted =
        surroundings.outIsTerminal() && !plain && GlobalOptions.hasColours(surroundings);
    // Colours are for verdicts; what stands out in a help is bold.
    return new ColorScheme.Builder(wanted ? Ansi.ON : Ansi.OFF)
        .commands(Style.bold)
        .options(Style.bold)
        .build();
  }

  private static int wrongUsage(ParameterException e, List<String> arguments) {
    CommandLine command = e.getCommandLine();
    var err = command.getErr();
    if (isOurs(e)) {
      err.println(
          "orderflow: internal error: the command line cannot be read ("
              + Objects.requireNonNull(e.getCause()).getClass().getSimpleName()
              + ")");
      err.flush();
      return ExitCode.INTERNAL.code();
    }
    err.println("orderflow: " + Text.printable(inTheirWords(e, arguments)));
    if (!UnmatchedArgumentException.printSuggestions(e, err)) {
      err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    }
    err.flush();
    return ExitCode.USAGE.code();
  }

  /**
   * Whether something broke while picocli read the arguments. What it says then holds all of them,
   * and so secrets; the cause's message may hold one too.
   */
  private static boolean isOurs(ParameterException e) {
    return e.getCause() != null && e.getArgSpec() == null && e.getValue() != null;
  }

  /** Picocli names an option by its longest name, whichever was typed. */
  private static String inTheirWords(ParameterException e, List<String> arguments) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      return unexpected(unmatched, unmatched.getUnmatched().getFirst());
    }
    // An option where the value of another should be may have a value that is secret.
    String message =
        String.valueOf(e.getMessage()).replaceFirst("(?s)(but found '[^'=]*)=.*'", "$1'");
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
        String typed = OptionNames.typed(option, arguments, option.longestName());
        message =
            message.replace("option '" + option.longestName() + "'", "option '" + typed + "'");
      }
    }
    return message;
  }

  private static String unexpected(UnmatchedArgumentException e, String word) {
    boolean atRoot = !e.getCommandLine().getSubcommands().isEmpty();
    if (e.isUnknownOption()) {
      String name = word.replaceFirst("(?s)=.*", "");
      return "unknown option '" + name + "'" + (atRoot ? "; options stand behind the command" : "");
    }
    String shown = Secrets.masked("", word);
    return atRoot ? "there is no command '" + shown + "'" : "unexpected argument '" + shown + "'";
  }

  private static int failed(Exception e, CommandLine command, ParseResult parsed) {
    var err = command.getErr();
    boolean verbose = isSet(command.getCommandSpec(), "--verbose");
    ExitCode exitCode;
    @Nullable String message;
    switch (e) {
      case CommandFailure failure -> {
        exitCode = failure.exitCode();
        message = failure.getMessage();
      }
      case MessagingException failure -> {
        exitCode = ExitCode.UNREACHABLE;
        String brokerOption = GlobalOptions.brokerOption(command.getCommandSpec());
        message =
            failure.detail()
                + (failure.isAdvised()
                    ? ""
                    : failure.detail().contains("refused user and password")
                        ? "; give the right ones in " + brokerOption
                        : "; check that it runs, and that " + brokerOption + " is right");
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

  /** By flag, by environment or by context. */
  private static boolean isSet(CommandSpec command, String flag) {
    OptionSpec option = command.findOption(flag);
    return option != null && Boolean.TRUE.equals(option.<Boolean>getValue());
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
