package orderflow.cli.completion;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The manual page of a command, in roff with the macros of man(7). */
public final class ManPage {
  private final CommandModel program;
  private final CommandModel command;
  private final Map<String, List<String>> groups;
  private final Map<Integer, String> exitCodes;
  private final StringBuilder out = new StringBuilder();

  /**
   * @param command {@code program} itself or a command below it
   * @param groups the names of the program's commands, by heading
   * @param exitCodes the meaning of each code
   */
  public ManPage(
      CommandModel program,
      CommandModel command,
      Map<String, List<String>> groups,
      Map<Integer, String> exitCodes) {
    this.program = program;
    this.command = command;
    this.groups = groups;
    this.exitCodes = exitCodes;
  }

  public String fileName() {
    return title(command) + ".1";
  }

  private static String title(CommandModel command) {
    return String.join("-", command.path());
  }

  public String text() {
    // Without a date, so that builds are reproducible.
    raw(".TH %s 1 \"\" %s %s".formatted(escaped(title(command)), program.name(), program.name()));
    // No hyphenation or justification, so that users can copy commands.
    raw(".nh\n.ad l\n.SH NAME");
    String header = command.header().replaceFirst("\\.$", "");
    line(
        title(command)
            + " - "
            + header.substring(0, 1).toLowerCase(Locale.ROOT)
            + header.substring(1));
    synopsis();
    raw(".SH DESCRIPTION");
    line(command.header());
    prose(command.description());
    prose(command.remarks());
    commands();
    options();
    if (!command.examples().isEmpty()) {
      raw(".SH EXAMPLES");
      prose(command.examples());
    }
    environment();
    raw(".SH EXIT STATUS");
    Map<String, String> codes = new LinkedHashMap<>();
    exitCodes.forEach((code, meaning) -> codes.put(code.toString(), meaning));
    table(codes);
    seeAlso();
    return out.toString();
  }

  private void synopsis() {
    raw(".SH SYNOPSIS");
    raw(
        bold(String.join(" ", command.path()))
            + (command.commands().isEmpty() ? "" : " " + italic("command"))
            + " [\\fIoption\\fR ...]"
            + command.arguments().stream()
                .map(argument -> {
                  String word = italic(argument.label()) + (argument.repeatable() ? " ..." : "");
                  return argument.required() ? " " + word : " [" + word + "]";
                })
                .collect(Collectors.joining()));
  }

  private void commands() {
    if (command.equals(program)) {
      raw(".SH COMMANDS");
      groups.forEach((heading, names) -> {
        raw(".SS " + heading);
        subcommands(sub -> names.contains(sub.name()));
      });
    } else if (!command.commands().isEmpty()) {
      raw(".SH COMMANDS");
      subcommands(_ -> true);
    }
  }

  private void subcommands(Predicate<CommandModel> wanted) {
    command.commands().stream()
        .filter(wanted)
        .forEach(sub -> entry(bold(sub.name()), sub.header()));
  }

  private void options() {
    if (!command.arguments().isEmpty()) {
      raw(".SH ARGUMENTS");
      command
          .arguments()
          .forEach(argument -> entry(italic(argument.label()), argument.description()));
    }
    List<CommandModel.Option> common = program.common();
    List<CommandModel.Option> own = command.own(common);
    options("OPTIONS", own);
    options("COMMON OPTIONS", command.options().size() > own.size() ? common : List.of());
  }

  private void options(String title, List<CommandModel.Option> options) {
    if (!options.isEmpty()) {
      raw(".SH " + title);
    }
    for (CommandModel.Option option : options) {
      String names = option.names().stream().map(ManPage::bold).collect(Collectors.joining(", "));
      String label = option.label().isEmpty() ? "" : " " + italic(option.label());
      entry(names + label, option.description());
    }
  }

  private void environment() {
    raw(".SH ENVIRONMENT");
    if (command.options().stream().allMatch(option -> option.variables().isEmpty())) {
      line("Omitted options are read from variables; the page of each command lists them.");
      prose(command.environment());
      return;
    }
    line("An omitted option is read from its variable:");
    Map<String, String> variables = new LinkedHashMap<>();
    for (CommandModel.Option option : command.options()) {
      option.variables().forEach(name -> variables.put(name, option.longestName()));
    }
    variables.put("NO_COLOR", "disables colors unless empty");
    table(variables);
  }

  /** The program, the subcommands, the parent, and commands with the same first word. */
  private void seeAlso() {
    raw(".SH SEE ALSO");
    String family = command.name().replaceFirst("-.*", "-");
    raw(
        program
            .all()
            .filter(other -> !other.equals(command))
            .filter(other ->
                other.equals(program)
                    || command.commands().contains(other)
                    || other.commands().contains(command)
                    || (family.endsWith("-") && other.name().startsWith(family)))
            .map(other -> bold(title(other)) + "(1)")
            .collect(Collectors.joining(",\n")));
  }

  /** Keeps lines with columns as a block; fills other lines in paragraphs. */
  private void prose(List<String> lines) {
    boolean newParagraph = false;
    boolean block = false;
    for (String text : lines) {
      boolean blank = text.isBlank();
      boolean columns = text.contains("  ");
      if (block && (blank || !columns)) {
        raw(".fi\n.RE");
        block = false;
      }
      if (!blank && newParagraph) {
        raw(".PP");
      }
      if (!block && columns) {
        raw(".RS 4\n.nf");
        block = true;
      }
      if (!blank) {
        line(block ? text.replaceFirst("^  ", "") : text);
      }
      newParagraph = blank;
    }
    if (block) {
      raw(".fi\n.RE");
    }
  }

  /** Entries without blank lines between them. */
  private void table(Map<String, String> rows) {
    int width = rows.keySet().stream().mapToInt(String::length).max().orElse(0) + 2;
    raw(".PP\n.PD 0");
    rows.forEach((key, value) -> {
      raw(".TP " + width + "\n" + bold(key));
      line(value);
    });
    raw(".PD");
  }

  private void entry(String tag, String text) {
    raw(".TP\n" + tag);
    line(text);
  }

  private void line(String text) {
    String escaped = escaped(text);
    raw(escaped.startsWith(".") ? "\\&" + escaped : escaped);
  }

  private void raw(String text) {
    out.append(text).append('\n');
  }

  private static String bold(String text) {
    return "\\fB" + escaped(text) + "\\fR";
  }

  private static String italic(String text) {
    return "\\fI" + escaped(text) + "\\fR";
  }

  /** Prevents typographic quotes and dashes in text that users may copy. */
  private static String escaped(String text) {
    return text.replace("\\", "\\(rs")
        .replace("-", "\\-")
        .replace("'", "\\(aq")
        .replace("\"", "\\(dq")
        .replace("`", "\\(ga")
        .replace("^", "\\(ha")
        .replace("~", "\\(ti");
  }
}
