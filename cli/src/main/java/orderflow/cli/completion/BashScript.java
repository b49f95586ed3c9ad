package orderflow.cli.completion;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The completion script for bash 3.2 or newer, without the package bash-completion. */
final class BashScript {
  private static final String FUNCTIONS =
      """
      # Completion of PROGRAM for bash, made by 'PROGRAM completion bash'.
      # shellcheck shell=bash disable=SC2207  # the words have no spaces

      _PROGRAM_words() {
        local IFS=$' \\t\\n'
        COMPREPLY=($(compgen -W "$1" -- "$word"))
      }

      # Readline completes and quotes paths; without compopt only names without spaces work.
      _PROGRAM_files() {
        compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "$word"))
      }

      _PROGRAM_folders() {
        compopt -o dirnames 2>/dev/null || COMPREPLY=($(compgen -d -- "$word"))
      }

      # Only plain words: compgen would run a command substitution.
      _PROGRAM_contexts() {
        _PROGRAM_words "$("${COMP_WORDS[0]}" context list --output csv 2>/dev/null |
          sed -n '1d; s/^\\([A-Za-z0-9_.-]*\\),.*/\\1/p')"
      }

      _PROGRAM() {
        local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=PROGRAM common i
        COMPREPLY=()
        # bash splits --option=value into three words.
        if [[ $word == '=' ]]; then
          word=
        elif [[ $before == '=' ]]; then
          before=${COMP_WORDS[COMP_CWORD - 2]}
        fi
        for ((i = 1; i < COMP_CWORD; i++)); do
          case "$command ${COMP_WORDS[i]}" in
            PATHS) command+=" ${COMP_WORDS[i]}" ;;
          esac
        done

        common='COMMON'
        case $command in
      """;

  private final CommandModel program;
  private final List<CommandModel.Option> common;

  BashScript(CommandModel program) {
    this.program = program;
    this.common = program.common();
  }

  String text() {
    String paths =
        program.all().skip(1).map(BashScript::path).collect(Collectors.joining(" |\\\n        "));
    return FUNCTIONS
            .replace("PROGRAM", program.name())
            .replace("PATHS", paths)
            .replace("COMMON", names(common).collect(Collectors.joining(" ")))
        + program.all().map(this::command).collect(Collectors.joining())
        + "  esac\n}\n\ncomplete -F _NAME NAME\n".replace("NAME", program.name());
  }

  private static String path(CommandModel command) {
    return "'" + String.join(" ", command.path()) + "'";
  }

  /** The case of a command: by the previous word, which may be an option, and the current one. */
  private String command(CommandModel command) {
    boolean hasCommon = !common.isEmpty() && command.options().containsAll(common);
    List<CommandModel.Option> own = command.own(common);
    Stream<String> options =
        Stream.concat(hasCommon ? Stream.of("$common") : Stream.of(), names(own));
    String words = words(options.collect(Collectors.joining(" ")), '"');
    String rest =
        rest(command)
            .findFirst()
            .map(value -> "        *:-*) " + words + "        *) " + action(value))
            .orElse("        *) " + words);
    return "    "
        + path(command)
        + ")\n      case $before:$word in\n"
        + values(own)
        + values(hasCommon ? common : List.of())
        + rest
        + "      esac\n      ;;\n";
  }

  /** One case for all options with the same values. */
  private String values(List<CommandModel.Option> options) {
    Map<ValueKind, String> patterns = new LinkedHashMap<>();
    for (CommandModel.Option option : options) {
      if (!(option.value() instanceof ValueKind.None)) {
        String pattern =
            option.names().stream().map(name -> name + ":*").collect(Collectors.joining(" | "));
        patterns.merge(option.value(), pattern, (a, b) -> a + " | " + b);
      }
    }
    return patterns.entrySet().stream()
        .map(entry -> "        " + entry.getValue() + ") " + action(entry.getKey()))
        .collect(Collectors.joining());
  }

  /** The values of arguments, or the subcommands. */
  private static Stream<ValueKind> rest(CommandModel command) {
    return command.commands().isEmpty()
        ? command.arguments().stream().map(CommandModel.Argument::value)
        : Stream.of(
            new ValueKind.Words(command.commands().stream().map(CommandModel::name).toList()));
  }

  private String action(ValueKind value) {
    String function = "_" + program.name();
    return switch (value) {
      case ValueKind.None _, ValueKind.Text _ -> ";;\n";
      case ValueKind.Files _ -> function + "_files ;;\n";
      case ValueKind.Folders _ -> function + "_folders ;;\n";
      case ValueKind.Contexts _ -> function + "_contexts ;;\n";
      case ValueKind.Words(var words) -> words(String.join(" ", words), '\'');
    };
  }

  private String words(String words, char quote) {
    return "_" + program.name() + "_words " + quote + words + quote + " ;;\n";
  }

  private static Stream<String> names(List<CommandModel.Option> options) {
    return options.stream().flatMap(option -> option.names().stream());
  }
}
