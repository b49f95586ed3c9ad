package orderflow.cli.options;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.ExitCode;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.Layout;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Layout of help: commands by group; the options of a command before the global ones. */
public final class HelpLayout {
  private static final int WIDTH = 80;
  private static final int INDENT = 2;

  /** The program's name at the start of a command to type, not in a sentence. */
  private static final Pattern COMMAND =
      Pattern.compile("(?<=^|  |')" + CliContext.PROGRAM + "(?= [a-zC])");

  private static final SequencedMap<String, List<String>> GROUPS = new LinkedHashMap<>();

  static {
    GROUPS.put("Start here", List.of("demo", "verify", "up"));
    GROUPS.put(
        "Run services", List.of("serve-order", "serve-inventory", "serve-notify", "serve-broker"));
    GROUPS.put(
        "Place orders and inject faults", List.of("place", "flood", "replay-duplicate", "poison"));
    GROUPS.put("Dead letters", List.of("dlq-inspect", "dlq-replay", "dlq-export", "dlq-purge"));
    GROUPS.put("Observe", List.of("status", "watch", "trace", "stock", "notifications"));
    GROUPS.put("Set up", List.of("context", "topology", "shell", "completion"));
  }

  private HelpLayout() {}

  /** The names of all commands in help by their heading. */
  public static Map<String, List<String>> groups() {
    return GROUPS;
  }

  /**
   * Applies the layout to a command and its subcommands.
   *
   * @param calledAs replaces the program's name in commands to type
   */
  public static void apply(CommandLine command, String calledAs) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    Map<String, String> codes = new LinkedHashMap<>();
    for (ExitCode exitCode : ExitCode.values()) {
      codes.put(Integer.toString(exitCode.code()), exitCode.meaning());
    }
    usage.width(WIDTH).exitCodeListHeading("%nExit codes:%n").exitCodeList(codes);
    usage.parameterListHeading("%nArguments:%n");
    usage.description(renamed(usage.description(), calledAs));
    usage.footer(renamed(usage.footer(), calledAs));
    if (command.getSubcommands().isEmpty()) {
      usage.abbreviateSynopsis(true);
      command
          .getHelpSectionMap()
          .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpLayout::options);
    } else {
      usage.commandListHeading("%nCommands:%n").optionListHeading("%nOptions:%n");
      command.setHelpSectionKeys(commandsFirst(command.getHelpSectionKeys()));
    }
    if (command.getParent() == null) {
      usage.commandListHeading(""); // each group has its own
      command
          .getHelpSectionMap()
          .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, HelpLayout::commands);
    }
    command.getSubcommands().values().forEach(sub -> apply(sub, calledAs));
  }

  private static String[] renamed(String[] lines, String calledAs) {
    return Arrays.stream(lines)
        .map(line -> COMMAND.matcher(line).replaceAll(Matcher.quoteReplacement(calledAs)))
        .toArray(String[]::new);
  }

  private static List<String> commandsFirst(List<String> sections) {
    List<String> commands =
        List.of(
            UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING,
            UsageMessageSpec.SECTION_KEY_COMMAND_LIST);
    List<String> sorted = new ArrayList<>(sections);
    sorted.removeAll(commands);
    sorted.addAll(sorted.indexOf(UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING), commands);
    return sorted;
  }

  private static String commands(Help help) {
    int left = help.subcommands().keySet().stream().mapToInt(String::length).max().orElse(0);
    var text = new StringBuilder();
    GROUPS.forEach((heading, names) -> {
      TextTable table =
          TextTable.forColumns(
              help.colorScheme(),
              new Column(left + INDENT, INDENT, Overflow.SPAN),
              new Column(WIDTH - left - INDENT, INDENT, Overflow.WRAP));
      names.stream()
          .map(help.subcommands()::get)
          .forEach(command ->
              table.addRowValues(
                  help.colorScheme().commandText(command.commandSpec().name()),
                  help.colorScheme()
                      .text(String.join(" ", command.commandSpec().usageMessage().header()))));
      text.append(help.createHeading("%n" + heading + ":%n")).append(table);
    });
    return text.toString();
  }

  /** Shows the built-in defaults: a variable or a context may hold a password. */
  private static String options(Help help) {
    CommandSpec command = help.commandSpec();
    IDefaultValueProvider provider = command.defaultValueProvider();
    command.defaultValueProvider(null);
    try {
      String own = list(help, option -> !isCommon(option));
      return (own.isEmpty() ? "" : help.createHeading("%nOptions:%n") + own)
          + help.createHeading("%nCommon options:%n")
          + list(help, HelpLayout::isCommon)
          + help.createHeading(
              "%nAn omitted option is read from its environment variable (ORDERFLOW_AMQP_URI for"
                  + "%n--uri, ORDERFLOW_ORDER_URL for --order-url, and so on), then from the"
                  + " context,%nthen from its default.%n");
    } finally {
      command.defaultValueProvider(provider);
    }
  }

  private static String list(Help help, Predicate<OptionSpec> wanted) {
    List<OptionSpec> options =
        help.commandSpec().options().stream()
            .filter(wanted.and(option -> !option.hidden()))
            .sorted((a, b) -> a.longestName().compareTo(b.longestName()))
            .toList();
    Layout layout = help.createDefaultLayout(options, List.of(), help.colorScheme());
    layout.addOptions(options, help.parameterLabelRenderer());
    return layout.toString();
  }

  private static boolean isCommon(OptionSpec option) {
    return option.usageHelp() || option.versionHelp() || GlobalOptions.contains(option);
  }
}
