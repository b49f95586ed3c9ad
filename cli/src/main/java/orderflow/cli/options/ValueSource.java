package orderflow.cli.options;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import orderflow.cli.options.OptionDefaults.Refused;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Where the values of a command's options come from. */
public final class ValueSource {
  private static final String FLAG = "flag";
  private static final String DEFAULT = "default";
  private static final String NOT_TAKEN = ", cannot be taken: ";

  private ValueSource() {}

  /**
   * One option's value.
   *
   * @param option its name without dashes
   * @param value null for none
   * @param from "flag", "option of shell", "variable NAME", "context 'NAME' (FILE:LINE)" or
   *     "default"; behind it, when the value cannot be taken, why
   */
  public record Origin(String option, @Nullable String value, String from) {}

  /** Of those of the parsed command's options that are among {@code names}, in their order. */
  public static Stream<Origin> of(CommandSpec command, Set<String> names) {
    return command.options().stream()
        .filter(option -> names.contains(name(option)))
        .sorted(Comparator.comparing(ValueSource::name))
        .map(ValueSource::of);
  }

  private static Origin of(OptionSpec option) {
    Optional<Refused> refused =
        isTyped(option) ? Optional.empty() : defaults(option).flatMap(of -> of.refused(option));
    if (refused.isPresent()) {
      return new Origin(
          name(option), refused.get().value(), from(option) + NOT_TAKEN + refused.get().why());
    }
    Object value = option.getValue();
    return new Origin(name(option), value == null ? null : value.toString(), from(option));
  }

  /**
   * What a context holds for an option.
   *
   * @param option without dashes
   */
  public static Origin of(CommandSpec command, String option, String value, String from) {
    return new Origin(
        option,
        value,
        Converters.problem(command.findOption("--" + option), value)
            .map(why -> from + NOT_TAKEN + why)
            .orElse(from));
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
    OptionSpec found = command.findOption(option);
    return isTyped(found)
        ? option
        : defaults(found).flatMap(defaults -> defaults.blamed(found)).orElse(option);
  }

  private static String name(OptionSpec option) {
    return option.longestName().replaceFirst("^--", "");
  }

  private static String from(OptionSpec option) {
    return isTyped(option)
        ? FLAG
        : defaults(option).flatMap(defaults -> defaults.source(option)).orElse(DEFAULT);
  }

  private static boolean isTyped(OptionSpec option) {
    return option.command().commandLine().getParseResult().hasMatchedOption(option);
  }

  private static Optional<OptionDefaults> defaults(OptionSpec option) {
    return option.command().defaultValueProvider() instanceof OptionDefaults defaults
        ? Optional.of(defaults)
        : Optional.empty();
  }
}
