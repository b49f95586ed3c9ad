package orderflow.cli;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Where the values of a command's options come from. */
public final class Origins {
  private static final String FLAG = "flag";
  private static final String DEFAULT = "default";

  private Origins() {}

  /**
   * One option's value.
   *
   * @param option its name without dashes
   * @param value null for none
   * @param from "flag", "option of shell", "variable NAME", "context 'NAME' (FILE:LINE)" or
   *     "default"
   */
  public record Origin(String option, @Nullable String value, String from) {}

  /** Of those of the parsed command's options that are among {@code names}, in their order. */
  public static Stream<Origin> of(CommandSpec command, Set<String> names) {
    return command.options().stream()
        .filter(option -> names.contains(name(option)))
        .sorted(Comparator.comparing(Origins::name))
        .map(option -> {
          Object value = option.getValue();
          return new Origin(name(option), value == null ? null : value.toString(), from(option));
        });
  }

  /**
   * The options that all commands have, as far as they were given to this one: values by longest
   * name.
   */
  public static Map<String, String> commonOptions(CommandSpec command) {
    Map<String, String> given = new LinkedHashMap<>();
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      if (CommandHelp.isGlobal(option)) {
        given.put(option.longestName(), String.valueOf(option.<Object>getValue()));
      }
    }
    return given;
  }

  /**
   * How the parsed command was given a value: the option's name, or where the value is from when it
   * is neither flag nor default.
   *
   * @param option with its dashes
   */
  static String named(CommandSpec command, String option) {
    String from = from(command.findOption(option));
    return from.equals(FLAG) || from.equals(DEFAULT) ? option : from;
  }

  private static String name(OptionSpec option) {
    return option.longestName().replaceFirst("^--", "");
  }

  private static String from(OptionSpec option) {
    CommandSpec command = option.command();
    if (command.commandLine().getParseResult().hasMatchedOption(option)) {
      return FLAG;
    }
    return command.defaultValueProvider() instanceof OptionDefaults defaults
        ? defaults.source(option).orElse(DEFAULT)
        : DEFAULT;
  }
}
