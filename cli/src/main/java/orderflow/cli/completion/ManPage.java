package orderflow.cli.completion;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The manual page of a command, in roff with the macros of man(7). */
public final class ManPage {
  private static final String ENVIRONMENT = "Environment:";
  private static final String EXAMPLES = "Examples:";

  private final CommandModel program;
  private final CommandModel command;
  private final Map<Integer, String> exitCodes;
  private final Map<String, List<String>> groups;
  private final Roff out = new Roff();

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

  public String text() {
    // Without a date, so that builds are reproducible.
    out.request(".TH", title(command), "1", "", program.name(), program.name());
    // No hyphenation or justification, so that users can copy commands.
    out.raw(".nh\n.ad l");
    out.section("NAME");
    String header = command.header().replaceFirst("\\.$", "");
    out.line(
        title(command)
            + " - "
            + header.substring(0, 1).toLowerCase(Locale.ROOT)
            + header.substring(1));
    synopsis();
    out.section("DESCRIPTION");
    out.line(command.header());
    out.prose(command.description());
    out.prose(footerBefore(ENVIRONMENT, EXAMPLES));
    commands();
    options();
    List<String> examples = footerAfter(EXAMPLES);
    if (!examples.isEmpty()) {
      out.section("EXAMPLES");
      out.prose(examples);
    }
    environment();
    out.section("EXIT STATUS");
    out.table(
        exitCodes.entrySet().stream()
            .map(e -> Map.entry(e.getKey().toString(), e.getValue()))
            .toList());
    seeAlso();
    return out.toString();
  }

  /** The lines before the first of {@code headings}. */
  private List<String> footerBefore(String... headings) {
    return command.footer().stream().takeWhile(line -> !List.of(headings).contains(line)).toList();
  }

  /** The lines after {@code heading}, up to the examples; may be empty. */
  private List<String> footerAfter(String heading) {
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
    out.section("SYNOPSIS");
    List<String> words = new ArrayList<>();
    words.add(Roff.bold(String.join(" ", command.path())));
    if (!command.commands().isEmpty()) {
      words.add(Roff.italic("command"));
    }
    words.add("[\\fIoption\\fR ...]");
    for (CommandModel.Argument argument : command.arguments()) {
      String word = Roff.italic(argument.label()) + (argument.repeatable() ? " ..." : "");
      words.add(argument.required() ? word : "[" + word + "]");
    }
    out.raw(String.join(" ", words));
  }

  private void commands() {
    if (command.commands().isEmpty()) {
      return;
    }
    out.section("COMMANDS");
    if (!command.equals(program)) {
      command.commands().forEach(this::command);
      return;
    }
    groups.forEach((heading, names) -> {
      out.subsection(heading);
      names.forEach(name ->
          command.commands().stream()
              .filter(sub -> sub.name().equals(name))
              .forEach(this::command));
    });
  }

  private void command(CommandModel sub) {
    out.entry(Roff.bold(sub.name()), sub.header());
  }

  private void options() {
    List<CommandModel.Option> common = program.common();
    boolean hasCommon = !common.isEmpty() && command.options().containsAll(common);
    List<CommandModel.Option> own = command.own(common);
    if (!command.arguments().isEmpty()) {
      out.section("ARGUMENTS");
      command
          .arguments()
          .forEach(argument -> out.entry(Roff.italic(argument.label()), argument.description()));
    }
    if (!own.isEmpty()) {
      out.section("OPTIONS");
      own.forEach(this::option);
    }
    if (hasCommon) {
      out.section("COMMON OPTIONS");
      common.forEach(this::option);
    }
  }

  private void option(CommandModel.Option option) {
    String names = option.names().stream().map(Roff::bold).collect(Collectors.joining(", "));
    String label = option.label().isEmpty() ? "" : " " + Roff.italic(option.label());
    out.entry(names + label, option.description());
  }

  private void environment() {
    List<CommandModel.Option> options =
        command.options().stream().filter(option -> !option.variables().isEmpty()).toList();
    out.section("ENVIRONMENT");
    if (options.isEmpty()) {
      out.line("Omitted options are read from variables; the page of each command lists them.");
      out.prose(footerAfter(ENVIRONMENT));
      return;
    }
    out.line("An omitted option is read from its variable:");
    List<Map.Entry<String, String>> variables = new ArrayList<>();
    for (CommandModel.Option option : options) {
      option.variables().forEach(name -> variables.add(Map.entry(name, option.longestName())));
    }
    variables.add(Map.entry("NO_COLOR", "disables colors unless empty"));
    out.table(variables);
  }

  /** The program, the subcommands, the parent, and commands with the same first word. */
  private void seeAlso() {
    out.section("SEE ALSO");
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
    out.raw(
        related.map(other -> Roff.bold(title(other)) + "(1)").collect(Collectors.joining(",\n")));
  }
}
