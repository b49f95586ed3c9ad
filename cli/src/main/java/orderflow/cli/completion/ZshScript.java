package orderflow.cli.completion;

import java.util.ArrayList;
import java.util.List;

/** The completion script for zsh 5.1 or newer: a file in {@code $fpath}, or sourced. */
final class ZshScript {
  private static final String HEAD =
      """
      #compdef PROGRAM
      # Completion of PROGRAM for zsh, made by 'PROGRAM completion zsh'.

      _PROGRAM_contexts() {
        local -a names=(${(f)"$($program context list --output csv 2>/dev/null)"})
        compadd "$@" -- ${${names[2,-1]}%%,*}
      }
      """;

  private static final String DISPATCH =
      """
        case $state in
          command) _describe -t commands command commands && ret=0 ;;
          rest)
            curcontext=${curcontext%:*}-$words[1]:
            if (( $+functions[FUNCTION_$words[1]] )); then
              FUNCTION_$words[1] && ret=0
            else
              _describe -t commands command commands && ret=0 # behind help
            fi
            ;;
        esac
        return ret
      """;

  private static final String FOOT =
      """

      # zsh calls an autoloaded file as a function; a sourced one registers itself.
      if [[ $funcstack[1] == _PROGRAM ]]; then
        _PROGRAM "$@"
      else
        compdef _PROGRAM PROGRAM
      fi
      """;

  private final CommandModel program;
  private final List<CommandModel.Option> common;
  private final StringBuilder out = new StringBuilder();

  ZshScript(CommandModel program) {
    this.program = program;
    this.common = program.common();
  }

  String text() {
    out.append(HEAD.replace("PROGRAM", program.name()));
    program.all().forEach(this::function);
    return out.append(FOOT.replace("PROGRAM", program.name())).toString();
  }

  private void function(CommandModel command) {
    out.append("\n%s() {\n".formatted(functionOf(command)));
    if (command.equals(program)) {
      // Visible in called functions.
      out.append("  local program=$words[1]\n");
      array("common", common.stream().map(this::option).toList());
    }
    List<String> specs = new ArrayList<>();
    command.own(common).stream().map(this::option).forEach(specs::add);
    boolean group = !command.commands().isEmpty();
    if (group) {
      specs.add("'1: :->command'");
      specs.add("'*:: :->rest'");
    } else {
      command.arguments().stream().map(this::argument).forEach(specs::add);
    }
    if (group) {
      array(
          "commands",
          command.commands().stream()
              .map(sub -> quoted(sub.name() + ":" + sub.header().replaceFirst("\\.$", "")))
              .toList());
      out.append("  local curcontext=$curcontext state state_descr line ret=1\n");
      out.append("  local -A opt_args\n");
    }
    boolean hasCommon = !common.isEmpty() && command.options().containsAll(common);
    out.append(group ? "  _arguments -C -s -S :" : "  _arguments -s -S :")
        .append(hasCommon ? " $common" : "");
    specs.forEach(spec -> out.append(" \\\n    ").append(spec));
    out.append(group ? " && ret=0\n" : "\n");
    if (group) {
      out.append(DISPATCH.replace("FUNCTION", functionOf(command)));
    }
    out.append("}\n");
  }

  private static String functionOf(CommandModel command) {
    return "_" + String.join("_", command.path());
  }

  private void array(String name, List<String> elements) {
    out.append("  local -a %s=(\n".formatted(name));
    elements.forEach(element -> out.append("    ").append(element).append('\n'));
    out.append("  )\n");
  }

  /** All names share a description, and exclude each other unless the option is repeatable. */
  private String option(CommandModel.Option option) {
    boolean flag = option.value() instanceof ValueKind.None;
    List<String> specs =
        option.names().stream()
            .map(name -> flag ? name : name + (name.startsWith("--") ? "=" : "+"))
            .toList();
    String text =
        quoted(
            "["
                + escaped(option.summary()).replace("[", "\\[").replace("]", "\\]")
                + "]"
                + (flag ? "" : ":" + escaped(option.label()) + ":" + action(option.value())));
    String before =
        option.repeatable()
            ? "'*'"
            : specs.size() == 1 ? "" : quoted("(" + String.join(" ", option.names()) + ")");
    return before
        + (specs.size() == 1 ? specs.getFirst() : "{" + String.join(",", specs) + "}")
        + text;
  }

  private String argument(CommandModel.Argument argument) {
    String before = argument.repeatable() ? "*:" : argument.required() ? ":" : "::";
    return quoted(before + escaped(argument.label()) + ":" + action(argument.value()));
  }

  private String action(ValueKind value) {
    return switch (value) {
      case ValueKind.None _, ValueKind.Text _ -> " ";
      case ValueKind.Files _ -> "_files";
      case ValueKind.Folders _ -> "_files -/";
      case ValueKind.Contexts _ -> "_" + program.name() + "_contexts";
      case ValueKind.Words(var words) -> "(" + String.join(" ", words) + ")";
    };
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace(":", "\\:");
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
