package orderflow.cli.options;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** How the user named an option that has several names, so that errors speak their language. */
public final class OptionNames {
  private OptionNames() {}

  /**
   * The name as it was typed for {@code command}, or else the option's first long one.
   *
   * @param name any of the option's names
   */
  public static String typed(CommandSpec command, String name) {
    return typed(
        command.findOption(name), command.commandLine().getParseResult().originalArgs(), name);
  }

  /**
   * The name that stands in {@code arguments}, the last one if there are several.
   *
   * @param otherwise when none does
   */
  static String typed(OptionSpec option, List<String> arguments, String otherwise) {
    for (String argument : arguments.reversed()) {
      for (String name : option.names()) {
        if (argument.equals(name)
            || argument.startsWith(name + "=")
            || (!name.startsWith("--") && argument.startsWith(name))) {
          return name;
        }
      }
    }
    return otherwise;
  }
}
