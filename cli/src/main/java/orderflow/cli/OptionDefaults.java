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
 * Where an option's value comes from when its flag is not given: the environment, then the context,
 * then the default. {@code --order-url} is {@code ORDERFLOW_ORDER_URL}; the broker's {@code --uri}
 * is {@code ORDERFLOW_AMQP_URI}. Services that are started in one environment share it, so {@code
 * --port} has the service's name in it: {@code ORDERFLOW_ORDER_PORT} of {@code serve-order}.
 */
final class OptionDefaults implements IDefaultValueProvider {
  private final Map<String, String> environment;
  private final ContextChoice context;

  OptionDefaults(Map<String, String> environment, ContextChoice context) {
    this.environment = environment;
    this.context = context;
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)
        || !option.longestName().startsWith("--")
        || option.usageHelp()
        || option.versionHelp()) {
      return null;
    }
    if (option.longestName().equals("--no-color") && isSet("NO_COLOR")) {
      return "true";
    }
    return variables(option)
        .filter(this::isSet)
        .map(environment::get)
        .findFirst()
        .or(() -> context.setting(option).map(setting -> context.value(option, setting)))
        .orElse(null);
  }

  /**
   * For people: where the value of an option comes from that is not given, as "variable NAME" or
   * "context 'NAME' (FILE:LINE)"; empty when it is the default.
   */
  Optional<String> source(OptionSpec option) {
    return variables(option)
        .filter(this::isSet)
        .map(name -> "variable " + name)
        .findFirst()
        .or(() -> context.setting(option).map(setting -> context.source(option, setting)));
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
