package orderflow.cli;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where an option's value comes from when its flag is not given: the shell that the command is a
 * line of, then the environment, then the context, then the default. What a context says that the
 * line itself has chosen comes before what its shell says. {@code --order-url} is {@code
 * ORDERFLOW_ORDER_URL}; the broker's {@code --uri} is {@code ORDERFLOW_AMQP_URI}. Services that are
 * started in one environment share it, so {@code --port} has the service's name in it: {@code
 * ORDERFLOW_ORDER_PORT} of {@code serve-order}.
 */
final class OptionDefaults implements IDefaultValueProvider {
  private static final String CONTEXT = "--context";

  private final Map<String, String> environment;
  private final Optional<Session> session;
  private final ContextChoice context;

  OptionDefaults(Surroundings surroundings, ContextChoice context) {
    this.environment = surroundings.environment();
    this.session = surroundings.session();
    this.context = context;
  }

  /**
   * @param source for people: "option of shell", "variable NAME" or "context 'NAME' (FILE:LINE)"
   */
  private record Given(String value, String source) {}

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)
        || !option.longestName().startsWith("--")
        || option.usageHelp()
        || option.versionHelp()
        || option.longestName().equals(CONTEXT)) { // which is chosen by more than this
      return null;
    }
    if (option.longestName().equals("--no-color") && isSet("NO_COLOR")) {
      return "true";
    }
    return given(option).map(Given::value).orElse(null);
  }

  /**
   * For people: where the value of an option comes from that is not given, as "option of shell",
   * "variable NAME" or "context 'NAME' (FILE:LINE)"; empty when it is the default.
   */
  Optional<String> source(OptionSpec option) {
    return given(option).map(Given::source);
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
        .map(setting -> new Given(context.value(option, setting), context.source(option, setting)));
  }

  private boolean isSet(String variable) {
    return !environment.getOrDefault(variable, "").isEmpty();
  }

  /**
   * One for each long name of an option that says where things are, how results look, or how a
   * service runs. What a command is to do this once has none: a variable that was left behind must
   * not set a stock, nor say yes.
   */
  static Stream<String> variables(OptionSpec option) {
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
