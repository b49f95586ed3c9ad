package orderflow.cli;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where an option's value comes from when its flag is not given: the environment, then the default.
 * {@code --order-url} is {@code ORDERFLOW_ORDER_URL}; the broker's {@code --uri} is {@code
 * ORDERFLOW_AMQP_URI}.
 */
final class EnvironmentDefaults implements IDefaultValueProvider {
  private final Map<String, String> environment;

  EnvironmentDefaults(Map<String, String> environment) {
    this.environment = environment;
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
    String value = environment.get(variable(option));
    return value == null || value.isEmpty() ? null : value;
  }

  private boolean isSet(String variable) {
    return !environment.getOrDefault(variable, "").isEmpty();
  }

  static String variable(OptionSpec option) {
    String name = option.longestName();
    return name.equals("--uri")
        ? "ORDERFLOW_AMQP_URI"
        : "ORDERFLOW_" + name.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
