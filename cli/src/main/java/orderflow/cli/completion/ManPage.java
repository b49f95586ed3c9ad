package orderflow.cli.completion;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The manual page of one command, as roff with the macros of man(7). */
public final class ManPage {
  private static final String ENVIRONMENT = "Environment:";
  private static final String EXAMPLES = "Examples:";

  private final CommandModel program;
  private final CommandModel command;
  private final Map<Integer, String> exitCodes;
  private final StringBuilder out = new StringBuilder();

  /**
   * @param command {@code program} itself or one beneath it
   * @param exitCodes what each means
   */
  public ManPage(CommandModel program, CommandModel command, Map<Integer, String> exitCodes) {
    this.program = program;
    this.command = command;
    this.exitCodes = exitCodes;
  }

  /** The name of its file, in section 1. */
  public String fileName() {
    return title(command) + ".1";
  }

  /** All of it; the same for the same commands. */
  public String text() {
    // No date: it would tell when the page was made, not when it was true.
    request(".TH", title(command), "1", "", program.name(), program.name());
    // Neither hyphens nor wide gaps in what may be copied from it.
    raw(".nh\n.ad l");
    section("NAME");
    String header = command.header().replaceFirst("\\.$", "");
    line(
        title(command)
            + " - "
            + header.substring(0, 1).toLowerCase(Locale.ROOT)
            + header.substring(1));
    synopsis();
    section("DESCRIPTION");
    line(command.header());
    prose(command.description());
    prose(footerBefore(ENVIRONMENT, EXAMPLES));
    commands();
    options();
    List<String> examples = footerBehind(EXAMPLES);
    if (!examples.isEmpty()) {
      section("EXAMPLES");
      prose(examples);
    }
    environment();
    section("EXIT STATUS");
    table(
        exitCodes.entrySet().stream()
            .map(e -> Map.entry(e.getKey().toString(), e.getValue()))
            .toList());
    seeAlso();
    return out.toString();
  }

  /** What stands before the first of {@code headings}. */
  private List<String> footerBefore(String... headings) {
    return command.footer().stream().takeWhile(line -> !List.of(headings).contains(line)).toList();
  }

  /** What stands behind {@code heading}, up to the examples; may be empty. */
  private List<String> footerBehind(String heading) {
    return command.footer().stream()
        .dropWhile(line -> !line.equals(heading))
        .skip(1)
        .takeWhile(line -> !line.equals(EXAMPLES))
        .toList();
  }

  private static String title(CommandModel command) {
    return String.join("-", command.path());
  }

  private void synopsis() {
    section("SYNOPSIS");
    List<String> words = new ArrayList<>();
    words.add(bold(String.join(" ", command.path())));
    if (!command.commands().isEmpty()) {
      words.add(italic("command"));
    }
    words.add("[\\fIoption\\fR ...]");
    for (ArgumentModel argument : command.arguments()) {
      String word = italic(argument.label()) + (argument.repeatable() ? " ..." : "");
      words.add(argument.required() ? word : "[" + word + "]");
    }
    raw(String.join(" ", words));
  }

  private void commands() {
    if (!command.commands().isEmpty()) {
      section("COMMANDS");
      command.commands().forEach(sub -> entry(bold(sub.name()), sub.header()));
    }
  }

  private void options() {
    List<OptionModel> common = program.common();
    boolean hasCommon = !common.isEmpty() && command.options().containsAll(common);
    List<OptionModel> own = command.own(common);
    if (!command.arguments().isEmpty()) {
      section("ARGUMENTS");
      command
          .arguments()
          .forEach(argument -> entry(italic(argument.label()), argument.description()));
    }
    if (!own.isEmpty()) {
      section("OPTIONS");
      own.forEach(this::option);
    }
    if (hasCommon) {
      section("COMMON OPTIONS");
      common.forEach(this::option);
    }
  }

  private void option(OptionModel option) {
    String names = option.names().stream().map(ManPage::bold).collect(Collectors.joining(", "));
    String label = option.label().isEmpty() ? "" : " " + italic(option.label());
    entry(names + label, option.description());
  }

  private void environment() {
    List<OptionModel> options =
        command.options().stream().filter(option -> !option.variables().isEmpty()).toList();
    section("ENVIRONMENT");
    if (options.isEmpty()) {
      line(
          "An option that is not given comes from a variable; the page of each command lists them.");
      prose(footerBehind(ENVIRONMENT));
      return;
    }
    line("An option that is not given comes from its variable:");
    List<Map.Entry<String, String>> variables = new ArrayList<>();
    for (OptionModel option : options) {
      option.variables().forEach(name -> variables.add(Map.entry(name, option.longestName())));
    }
    variables.add(Map.entry("NO_COLOR", "no colours, unless it is empty"));
    table(variables);
  }

  /** The program for a command, the commands for a group, and those named alike. */
  private void seeAlso() {
    section("SEE ALSO");
    String family = command.name().replaceFirst("-.*", "");
    Stream<CommandModel> related =
        program
            .all()
            .filter(other -> !other.equals(command))
            .filter(other ->
                other.equals(program)
                    || command.commands().contains(other)
                    || other.commands().contains(command)
                    || (command.name().contains("-") && other.name().startsWith(family + "-")));
    raw(related.map(other -> bold(title(other)) + "(1)").collect(Collectors.joining(",\n")));
  }

  /** Lines with columns stay as they are, in a block; the others flow, in paragraphs. */
  private void prose(List<String> lines) {
    boolean newParagraph = false;
    boolean block = false;
    for (String text : lines) {
      boolean blank = text.isBlank();
      if (block && (blank || !text.contains("  "))) {
        raw(".fi\n.RE");
        block = false;
      }
      if (!blank && newParagraph) {
        raw(".PP");
      }
      if (!block && text.contains("  ")) {
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

  /** Short entries, without blank lines between them. */
  private void table(List<Map.Entry<String, String>> rows) {
    int width = rows.stream().mapToInt(row -> row.getKey().length()).max().orElse(0) + 2;
    raw(".PP\n.PD 0");
    for (Map.Entry<String, String> row : rows) {
      raw(".TP " + width + "\n" + bold(row.getKey()));
      line(row.getValue());
    }
    raw(".PD");
  }

  private void section(String title) {
    request(".SH", title);
  }

  private void entry(String tag, String text) {
    raw(".TP\n" + tag);
    line(text);
  }

  private void request(String name, String... arguments) {
    raw(
        name
            + Stream.of(arguments)
                .map(argument -> " \"" + escaped(argument) + "\"")
                .collect(Collectors.joining()));
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

  /** What roff would make typographic of a text that is typed again stays plain. */
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
