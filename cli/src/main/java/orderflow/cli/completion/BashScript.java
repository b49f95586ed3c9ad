package orderflow.cli.completion;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** For bash, without the functions of the package bash-completion; from bash 3.2 on. */
final class BashScript {
  private static final int WIDTH = 100;

  private static final String FUNCTIONS =
      """
      # Completion of PROGRAM for bash, made by 'PROGRAM completion bash'.
      # shellcheck shell=bash disable=SC2207  # what it lists are plain words

      _PROGRAM_words() {
        local IFS=$' \\t\\n'
        COMPREPLY=($(compgen -W "$1" -- "$word"))
      }

      # Readline completes paths, and quotes them; where bash is too old to be told so, names
      # without blanks.
      _PROGRAM_files() {
        compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "$word"))
      }

      _PROGRAM_folders() {
        compopt -o dirnames 2>/dev/null || COMPREPLY=($(compgen -d -- "$word"))
      }

      # What is no plain word is left out: compgen would run a command in it.
      _PROGRAM_contexts() {
        _PROGRAM_words "$("${COMP_WORDS[0]}" context list --output csv 2>/dev/null |
          sed -n '1d; s/^\\([A-Za-z0-9_.-]*\\),.*/\\1/p')"
      }

      _PROGRAM() {
        local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=PROGRAM common i
        COMPREPLY=()
        # bash makes three words of --option=value.
        if [[ $word == '=' ]]; then
          word=
        elif [[ $before == '=' ]]; then
          before=${COMP_WORDS[COMP_CWORD - 2]}
        fi
        for ((i = 1; i < COMP_CWORD; i++)); do
          case "$command ${COMP_WORDS[i]}" in
      """;

  private final CommandModel program;
  private final List<OptionModel> common;
  private final StringBuilder out = new StringBuilder();

  BashScript(CommandModel program) {
    this.program = program;
    this.common = program.common();
  }

  String text() {
    out.append(FUNCTIONS.replace("PROGRAM", program.name()));
    out.append("      ");
    list(program.all().skip(1).map(BashScript::path).toList(), " |", " \\");
    out.append(") command+=\" ${COMP_WORDS[i]}\" ;;\n    esac\n  done\n\n  common='");
    list(names(common), "", "");
    out.append("'\n  case $command in\n");
    program.all().forEach(this::command);
    out.append("  esac\n}\n\ncomplete -F _NAME NAME\n".replace("NAME", program.name()));
    return out.toString();
  }

  private static String path(CommandModel command) {
    return "'" + String.join(" ", command.path()) + "'";
  }

  /** Looks at the word before, which may be an option that wants a value, and at the word. */
  private void command(CommandModel command) {
    boolean hasCommon = !common.isEmpty() && command.options().containsAll(common);
    List<OptionModel> own = command.own(common);
    out.append("    ").append(path(command)).append(")\n      case $before:$word in\n");
    byValue(own);
    byValue(hasCommon ? common : List.of());
    List<ValueKind> rest = rest(command);
    out.append(rest.isEmpty() ? "        *) " : "        *:-*) ");
    List<String> names = new ArrayList<>(names(own));
    if (hasCommon) {
      names.addFirst("$common");
    }
    words(names, '"');
    rest.stream()
        .limit(1)
        .forEach(value -> {
          out.append("        *) ");
          complete(value);
        });
    out.append("      esac\n      ;;\n");
  }

  /** A branch for all options that complete alike. */
  private void byValue(List<OptionModel> options) {
    Map<ValueKind, List<OptionModel>> groups = new LinkedHashMap<>();
    for (OptionModel option : options) {
      if (!(option.value() instanceof ValueKind.None)) {
        groups.computeIfAbsent(option.value(), _ -> new ArrayList<>()).add(option);
      }
    }
    groups.forEach((value, group) -> {
      out.append("        ");
      list(names(group).stream().map(name -> name + ":*").toList(), " |", " \\");
      out.append(") ");
      complete(value);
    });
  }

  /** What can stand where no option does. */
  private static List<ValueKind> rest(CommandModel command) {
    return command.commands().isEmpty()
        ? command.arguments().stream().map(ArgumentModel::value).toList()
        : List.of(
            new ValueKind.Words(command.commands().stream().map(CommandModel::name).toList()));
  }

  private void complete(ValueKind value) {
    String function = "_" + program.name();
    switch (value) {
      case ValueKind.None _, ValueKind.Text _ -> out.append(";;\n");
      case ValueKind.Files _ -> out.append(function).append("_files ;;\n");
      case ValueKind.Folders _ -> out.append(function).append("_folders ;;\n");
      case ValueKind.Contexts _ -> out.append(function).append("_contexts ;;\n");
      case ValueKind.Words(var words) -> words(words, '\'');
    }
  }

  private void words(List<String> words, char quote) {
    out.append('_').append(program.name()).append("_words ").append(quote);
    list(words, "", "");
    out.append(quote).append(" ;;\n");
  }

  private static List<String> names(List<OptionModel> options) {
    return options.stream().flatMap(option -> option.names().stream()).toList();
  }

  /**
   * All words, in as many lines as they take.
   *
   * @param between two words, beside the blank
   * @param lineEnd what makes a line go on
   */
  private void list(List<String> words, String between, String lineEnd) {
    String line = out.substring(out.lastIndexOf("\n") + 1);
    String indent = " ".repeat(line.length() - line.stripLeading().length() + 2);
    int column = line.length();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i) + (i < words.size() - 1 ? between : "");
      if (i > 0 && column + word.length() + lineEnd.length() >= WIDTH) {
        out.append(lineEnd).append('\n').append(indent);
        column = indent.length();
      } else if (i > 0) {
        out.append(' ');
        column++;
      }
      out.append(word);
      column += word.length();
    }
  }
}
