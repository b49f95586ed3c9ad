package orderflow.cli.options;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.ShellSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where an option's value comes from when its flag is not given: the shell that the command is a
 * line of, then the environment, then the context, then the default. What a context says that the
 * line itself has chosen comes before what its shell says. {@code --order-url} is {@code
 * ORDERFLOW_ORDER_URL}; the broker's {@code --uri} is {@code ORDERFLOW_AMQP_URI}. Services that are
 * started in one environment share it, so {@code --port} has the service's name in it: {@code
 * ORDERFLOW_ORDER_PORT} of {@code serve-order}.
 */
public final class OptionDefaults implements IDefaultValueProvider {
  private static final String CONTEXT = "--context";
  private static final String NO_COLOR = "--no-color";

  private final Map<String, String> environment;
  private final Optional<ShellSession> session;
  private final ContextResolver context;

  public OptionDefaults(CliContext cli, ContextResolver context) {
    this.environment = cli.environment();
    this.session = cli.session();
    this.context = context;
  }

  /**
   * @param source for people: "option of shell", "variable NAME" or "context 'NAME' (FILE:LINE)"
   * @param blamed for people, in front of what is wrong with it: the same, but a setting of a
   *     context by its name, line and column
   */
  private record Given(String value, String source, String blamed) {
    Given(String value, String source) {
      this(value, source, source);
    }
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option) || hasNone(option)) {
      return null;
    }
    if (option.longestName().equals(NO_COLOR) && isSet("NO_COLOR")) {
      return "true";
    }
    Optional<String> value =
        given(option).map(Given::value).filter(text -> Converters.problem(option, text).isEmpty());
    return option.type() == boolean.class
        ? value.map(text -> Boolean.toString(Converters.yesOrNo(text))).orElse(null)
        : value.orElse(null);
  }

  private static boolean hasNone(OptionSpec option) {
    return !option.longestName().startsWith("--")
        || option.usageHelp()
        || option.versionHelp()
        || option.longestName().equals(CONTEXT); // which is chosen by more than this
  }

  /**
   * To be asked before a command runs: a value that cannot be taken leaves the default in its place
   * until then, as it must not come between a person and the help.
   *
   * @throws CliException when an option that {@code command} was not given has such a value
   */
  public void check(CommandSpec command) {
    if (ContextResolver.isIndifferent(command)) {
      return;
    }
    var parsed = command.commandLine().getParseResult();
    for (OptionSpec option : command.options()) {
      if (!parsed.hasMatchedOption(option)) {
        refused(option)
            .ifPresent(refused -> {
              throw new CliException(
                  ExitCode.USAGE, blamed(option).orElseThrow() + ": " + refused.why());
            });
      }
    }
  }

  /**
   * A value that cannot be taken.
   *
   * @param why for people
   */
  record Refused(String value, String why) {}

  /** The value of an option that is not given, when it cannot be taken. */
  Optional<Refused> refused(OptionSpec option) {
    return hasNone(option)
        ? Optional.empty()
        : given(option)
            .flatMap(given ->
                Converters.problem(option, given.value())
                    .map(why -> new Refused(given.value(), why)));
  }

  /** Whether neither results nor help are to be coloured, as far as no command line says so. */
  public boolean plain() {
    return isSet("NO_COLOR")
        || session
            .flatMap(shell -> shell.option(NO_COLOR))
            .or(() -> Optional.ofNullable(environment.get("ORDERFLOW_NO_COLOR")))
            .filter(Converters::isYes)
            .isPresent();
  }

  /**
   * For people: where the value of an option comes from that is not given, as "option of shell",
   * "variable NAME" or "context 'NAME' (FILE:LINE)"; empty when it is the default.
   */
  Optional<String> source(OptionSpec option) {
    return given(option).map(Given::source);
  }

  /** For people: the same in front of what is wrong with the value. */
  Optional<String> blamed(OptionSpec option) {
    return given(option).map(Given::blamed);
  }

  private Optional<Given> given(OptionSpec option) {
    Optional<Given> ofShell =
        CommandHelp.isGlobal(option)
            ? session
                .flatMap(shell -> shell.option(option.longestName()))
                .map(value -> new Given(value, "option of shell"))
            : Optional.empty();
    if (ofShell.isPresent()
        && !(context.isOfTheLine(option.command()) && ofContext(option).isPresent())) {
      return ofShell;
    }
    return variables(option)
        .filter(this::isSet)
        .map(name -> new Given(environment.getOrDefault(name, ""), "variable " + name))
        .findFirst()
        .or(() -> ofContext(option));
  }

  private Optional<Given> ofContext(OptionSpec option) {
    return context
        .setting(option)
        .map(setting ->
            new Given(
                context.value(option, setting),
                context.source(option, setting),
                context.blamed(option, setting)));
  }

  private boolean isSet(String variable) {
    return !environment.getOrDefault(variable, "").isEmpty();
  }

  /**
   * One for each long name of an option that says where things are, how results look, or how a
   * service runs. What a command is to do this once has none: a variable that was left behind must
   * not set a stock, nor say yes.
   */
  public static Stream<String> variables(OptionSpec option) {
    String command = option.command().name();
    boolean service = command.startsWith("serve-") || command.equals("up");
    return service || CommandHelp.isGlobal(option) ? named(option) : Stream.empty();
  }

  private static Stream<String> named(OptionSpec option) {
    return Stream.of(option.names())
        .filter(name -> name.startsWith("--"))
        .map(name ->
            switch (name) {
              case "--uri" -> variable("amqp-uri");
              case "--port" -> variable(option.command().name().replaceFirst("^serve-", "") + name);
              default -> variable(name.substring(2));
            });
  }

  private static String variable(String words) {
    return "ORDERFLOW_" + words.replaceAll("-+", "_").toUpperCase(Locale.ROOT);
  }
}
