package orderflow.cli;

import java.lang.reflect.Constructor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import orderflow.cli.contexts.ConfigException;
import orderflow.cli.embedded.BrokerStartException;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.Logging;
import orderflow.cli.options.CommandHelp;
import orderflow.cli.options.CommandHints;
import orderflow.cli.options.ContextResolver;
import orderflow.cli.options.Converters;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.options.OptionDefaults;
import orderflow.cli.options.UsageErrorHandler;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** Makes the {@link CommandLine}: one factory for main, tests, the shell and the completions. */
public final class CliFactory {
  private static final int HELP_WIDTH = 80;

  private CliFactory() {}

  public static CommandLine create(CliContext cli) {
    var commandLine = new CommandLine(Orderflow.class, new CommandFactory(cli));
    commandLine.setOut(cli.out());
    commandLine.setErr(cli.err());
    commandLine.setUsageHelpWidth(HELP_WIDTH);
    commandLine.setCommandName(cli.calledAs());
    var context = new ContextResolver(cli);
    var defaults = new OptionDefaults(cli, context);
    commandLine.setDefaultValueProvider(defaults);
    commandLine.setParameterExceptionHandler(
        (e, arguments) -> UsageErrorHandler.report(e, List.of(arguments)));
    commandLine.setExecutionExceptionHandler(CliFactory::failed);
    commandLine.setExecutionStrategy(parsed ->
        parsed.unmatched().isEmpty()
            ? execute(parsed, context, defaults, cli)
            : UsageErrorHandler.report(
                new UnmatchedArgumentException(
                    parsed.commandSpec().commandLine(), parsed.unmatched()),
                List.of()));
    commandLine.setColorScheme(colours(cli, defaults.plain()));
    Converters.register(commandLine);
    forAll(commandLine, CliFactory::explainExitCodes);
    forAll(commandLine, CommandHelp::arrange);
    forAll(commandLine, command -> CommandHelp.nameAs(cli.calledAs(), command));
    forAll(commandLine, command -> command.getCommandSpec().versionProvider(new Version()));
    return commandLine;
  }

  private static void forAll(CommandLine commandLine, Consumer<CommandLine> action) {
    action.accept(commandLine);
    commandLine.getSubcommands().values().forEach(sub -> forAll(sub, action));
  }

  /** Before the command runs, and unless it is only asked for its help. */
  private static int execute(
      ParseResult parsed, ContextResolver context, OptionDefaults defaults, CliContext cli) {
    CommandLine command = parsed.asCommandLineList().getLast();
    CommandSpec spec = command.getCommandSpec();
    Logging.showClientErrors(isSet(spec, "--verbose"));
    if (spec.findOption("--no-color") != null) {
      parsed.commandSpec().commandLine().setColorScheme(colours(cli, isSet(spec, "--no-color")));
    }
    if (!command.isUsageHelpRequested() && !command.isVersionHelpRequested()) {
      try {
        context.check(spec);
        defaults.check(spec);
      } catch (ConfigException | CliException e) {
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
    command.getErr().println("orderflow: " + Text.printable(asCalled(command, why)));
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

  private static ColorScheme colours(CliContext cli, boolean plain) {
    boolean wanted = cli.outIsTerminal() && !plain && GlobalOptions.supportsColor(cli);
    // Colours are for verdicts; what stands out in a help is bold.
    return new ColorScheme.Builder(wanted ? Ansi.ON : Ansi.OFF)
        .commands(Style.bold)
        .options(Style.bold)
        .build();
  }

  private static int failed(Exception e, CommandLine command, ParseResult parsed) {
    var err = command.getErr();
    boolean verbose = isSet(command.getCommandSpec(), "--verbose");
    ExitCode exitCode;
    @Nullable String message;
    switch (e) {
      case CliException failure -> {
        exitCode = failure.exitCode();
        message = failure.getMessage();
      }
      case MessagingException failure -> {
        exitCode = failure.kind().isRefusal() ? ExitCode.PARTIAL : ExitCode.UNREACHABLE;
        String brokerOption = GlobalOptions.brokerOption(command.getCommandSpec());
        message =
            failure.detail()
                + (failure.kind().hasAdvice() || failure.kind().isRefusal()
                    ? ""
                    : failure.kind() == MessagingException.Kind.AUTHENTICATION_FAILED
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
    err.println("orderflow: " + Text.printable(asCalled(command, String.valueOf(message))));
    if (verbose) {
      e.printStackTrace(err);
    }
    err.flush();
    return exitCode.code();
  }

  /** Commands that a message advises can be typed as this one was. */
  private static String asCalled(CommandLine command, String message) {
    return CommandHints.of(command.getCommandSpec().root().name(), Map.of()).complete(message);
  }

  /** By flag, by environment or by context. */
  private static boolean isSet(CommandSpec command, String flag) {
    OptionSpec option = command.findOption(flag);
    return option != null && Boolean.TRUE.equals(option.<Boolean>getValue());
  }

  /** Commands take their {@link CliContext} in the constructor; everything else picocli makes. */
  private record CommandFactory(CliContext cli) implements IFactory {
    @Override
    @SuppressWarnings("unchecked")
    public <K> K create(Class<K> type) throws Exception {
      for (Constructor<?> constructor : type.getConstructors()) {
        if (constructor.getParameterCount() == 1
            && constructor.getParameterTypes()[0] == CliContext.class) {
          return (K) constructor.newInstance(cli);
        }
      }
      return CommandLine.defaultFactory().create(type);
    }
  }
}
