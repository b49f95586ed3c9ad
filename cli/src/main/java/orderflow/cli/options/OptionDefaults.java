package orderflow.cli.options;

import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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
 * Supplies the values of options without a flag: from the options of the surrounding shell, the
 * environment, the context, the built-in default, in this order. A context that the line itself
 * selects precedes the options of the shell. Each value is looked up and checked once per run.
 */
public final class OptionDefaults implements IDefaultValueProvider {
  private static final String CONTEXT = "--context";
  private static final String NO_COLOR = "--no-color";

  private final Map<String, String> environment;
  private final Optional<ShellSession> session;
  private final ContextResolver context;
  private final IdentityHashMap<OptionSpec, Optional<OptionValue>> supplied =
      new IdentityHashMap<>();

  public OptionDefaults(CliContext cli) {
    this.environment = cli.environment();
    this.session = cli.session();
    this.context = new ContextResolver(cli);
  }

  /** The provider of a command that was made by this program. */
  private static OptionDefaults of(CommandSpec command) {
    return (OptionDefaults) Objects.requireNonNull(command.defaultValueProvider());
  }

  /** The value of an option of a parsed command. */
  public static OptionValue valueOf(OptionSpec option) {
    Optional<OptionValue> supplied =
        isTyped(option) ? Optional.empty() : of(option.command()).supplied(option);
    if (supplied.isPresent() && supplied.get().problem() != null) {
      return supplied.get();
    }
    Object value = option.getValue();
    return new OptionValue(
        value == null ? null : value.toString(),
        supplied.map(OptionValue::source).orElse(isTyped(option) ? "flag" : "default"),
        supplied.map(OptionValue::label).orElse(option.longestName()),
        null);
  }

  /** The global options with their values that a parsed command was given, by longest name. */
  public static Map<String, String> typedGlobalOptions(CommandSpec command) {
    Map<String, String> typed = new LinkedHashMap<>();
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      if (GlobalOptions.contains(option)) {
        typed.put(option.longestName(), String.valueOf(option.<Object>getValue()));
      }
    }
    return typed;
  }

  /** The option's name as it was typed last, or else its longest one. */
  public static String typedName(OptionSpec option, List<String> arguments) {
    return arguments.reversed().stream()
        .flatMap(argument ->
            Stream.of(option.names())
                .filter(name ->
                    argument.equals(name)
                        || argument.startsWith(name + "=")
                        || (!name.startsWith("--") && argument.startsWith(name))))
        .findFirst()
        .orElse(option.longestName());
  }

  /** Picocli asks after it has parsed the flags. A value with a problem is not used. */
  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)) {
      return null;
    }
    if (option.longestName().equals(NO_COLOR) && isSet("NO_COLOR")) {
      return "true";
    }
    String text =
        supplied(option)
            .filter(value -> value.problem() == null)
            .map(OptionValue::text)
            .orElse(null);
    return text != null && option.type() == boolean.class
        ? Boolean.toString(Converters.bool(text))
        : text;
  }

  /**
   * Checks what a parsed command uses before it runs; not earlier, so that help always works.
   *
   * @throws CliException when a supplied value has a problem, the context file is broken, or the
   *     selected context does not exist
   */
  public void check(CommandSpec command) {
    context.check(command);
    if (ContextResolver.worksWithoutValues(command)) {
      return;
    }
    for (OptionSpec option : command.options()) {
      if (!isTyped(option)) {
        supplied(option)
            .filter(value -> value.problem() != null)
            .ifPresent(value -> {
              throw new CliException(ExitCode.USAGE, value.label() + ": " + value.problem());
            });
      }
    }
  }

  /** Warnings to print before {@code command} runs. */
  public List<String> warnings(CommandSpec command) {
    return context.warnings(command);
  }

  /** Whether output has no colors unless the command line says otherwise. */
  public boolean isPlain() {
    return isSet("NO_COLOR")
        || session
            .flatMap(shell -> shell.option(NO_COLOR))
            .or(() -> Optional.ofNullable(environment.get("ORDERFLOW_NO_COLOR")))
            .filter(Converters::isTrue)
            .isPresent();
  }

  private Optional<OptionValue> supplied(OptionSpec option) {
    if (!option.longestName().startsWith("--")
        || option.usageHelp()
        || option.versionHelp()
        || option.longestName().equals(CONTEXT)) { // the resolver's
      return Optional.empty();
    }
    Optional<OptionValue> known = supplied.get(option);
    if (known == null) {
      known = lookUp(option).map(value -> checked(option, value));
      supplied.put(option, known);
    }
    return known;
  }

  private static OptionValue checked(OptionSpec option, OptionValue value) {
    return new OptionValue(
        value.text(),
        value.source(),
        value.label(),
        Converters.problem(option, String.valueOf(value.text())).orElse(null));
  }

  private Optional<OptionValue> lookUp(OptionSpec option) {
    Optional<OptionValue> ofShell =
        GlobalOptions.contains(option)
            ? session
                .flatMap(shell -> shell.option(option.longestName()))
                .map(text -> new OptionValue(text, "option of shell", "option of shell", null))
            : Optional.empty();
    if (ofShell.isPresent()
        && !(context.isSelectedByLine(option.command()) && context.valueOf(option).isPresent())) {
      return ofShell;
    }
    return variables(option)
        .filter(this::isSet)
        .map(name ->
            new OptionValue(environment.get(name), "variable " + name, "variable " + name, null))
        .findFirst()
        .or(() -> context.valueOf(option));
  }

  private static boolean isTyped(OptionSpec option) {
    return option.command().commandLine().getParseResult().hasMatchedOption(option);
  }

  private boolean isSet(String variable) {
    return !environment.getOrDefault(variable, "").isEmpty();
  }

  /**
   * The variables of an option, one for each long name: {@code ORDERFLOW_ORDER_URL} for {@code
   * --order-url}, {@code ORDERFLOW_AMQP_URI} for {@code --uri}; {@code --port} has the service in
   * its name, as services share an environment. Only global options and those of services have
   * variables: one that was left behind must not set a stock or confirm a purge.
   */
  public static Stream<String> variables(OptionSpec option) {
    String command = option.command().name();
    boolean service = command.startsWith("serve-") || command.equals("up");
    if (!service && !GlobalOptions.contains(option)) {
      return Stream.empty();
    }
    return Stream.of(option.names())
        .filter(name -> name.startsWith("--"))
        .map(name ->
            switch (name) {
              case "--uri" -> "amqp-uri";
              case "--port" -> command.replaceFirst("^serve-", "") + name;
              default -> name.substring(2);
            })
        .map(words -> "ORDERFLOW_" + words.replaceAll("-+", "_").toUpperCase(Locale.ROOT));
  }
}
