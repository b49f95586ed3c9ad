package orderflow.cli.completion;

import java.util.List;
import java.util.stream.Collectors;

/** The completion script for fish 3.0 or newer. */
final class FishScript {
  private static final String FUNCTIONS =
      """
      # Completion of PROGRAM for fish, made by 'PROGRAM completion fish'.

      # Whether the typed command is one of the arguments; '' is none yet.
      function __PROGRAM_at
          set -l commands $COMMANDS
          set -l typed
          for word in (commandline -opc)[2..-1]
              set -l longer (string join ' ' -- $typed $word)
              contains -- $longer $commands; and set typed $longer
          end
          contains -- "$typed" $argv
      end

      function __PROGRAM_contexts
          set -l typed (commandline -opc)
          $typed[1] context list --output csv 2>/dev/null | string replace -rf '^([A-Za-z0-9_.-]*),.*' '$1' | tail -n +2
      end

      complete -c PROGRAM -f
      """;

  private final CommandModel program;
  private final List<CommandModel.Option> common;
  private final StringBuilder out = new StringBuilder();

  FishScript(CommandModel program) {
    this.program = program;
    this.common = program.common();
  }

  String text() {
    out.append(
        FUNCTIONS
            .replace("PROGRAM", program.name())
            .replace(
                "$COMMANDS",
                program.all().skip(1).map(this::words).collect(Collectors.joining(" "))));
    program.all().forEach(this::command);
    out.append("\n# Common options.\n");
    String others =
        program
            .all()
            .filter(command -> !command.options().containsAll(common))
            .map(this::words)
            .collect(Collectors.joining(" "));
    common.forEach(option -> option("not __" + program.name() + "_at " + others, option));
    return out.toString();
  }

  private void command(CommandModel command) {
    String here = "__" + program.name() + "_at " + words(command);
    out.append('\n');
    for (CommandModel sub : command.commands()) {
      line(here, "-a " + sub.name() + description(sub.header().replaceFirst("\\.$", "")));
    }
    for (CommandModel.Argument argument : command.arguments()) {
      switch (argument.value()) {
        case ValueKind.None _, ValueKind.Text _ -> {}
        case ValueKind.Files _ -> line(here, "-F");
        case ValueKind.Folders _ -> line(here, "-a '(__fish_complete_directories)'");
        case ValueKind.Contexts _ -> line(here, "-a " + contexts());
        case ValueKind.Words(var words) -> line(here, "-a " + quoted(String.join(" ", words)));
      }
    }
    command.own(common).forEach(option -> option(here, option));
  }

  /** The path without the program's name, as one word. */
  private String words(CommandModel command) {
    String words = String.join(" ", command.path().subList(1, command.path().size()));
    return words.isEmpty() || words.contains(" ") ? "\"" + words + "\"" : words;
  }

  private void option(String here, CommandModel.Option option) {
    String names =
        option.names().stream()
            .map(name -> name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.charAt(1))
            .collect(Collectors.joining(" "));
    String value =
        switch (option.value()) {
          case ValueKind.None _ -> "";
          case ValueKind.Text _ -> " -x";
          case ValueKind.Files _ -> " -r -F";
          case ValueKind.Folders _ -> " -x -a '(__fish_complete_directories)'";
          case ValueKind.Contexts _ -> " -x -a " + contexts();
          case ValueKind.Words(var words) -> " -x -a " + quoted(String.join(" ", words));
        };
    line(here, names + value + description(option.summary()));
  }

  private String contexts() {
    return quoted("(__" + program.name() + "_contexts)");
  }

  private void line(String condition, String what) {
    out.append("complete -c %s -n %s %s\n".formatted(program.name(), quoted(condition), what));
  }

  private static String description(String text) {
    return " -d " + quoted(text);
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
