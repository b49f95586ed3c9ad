package orderflow.cli.options;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import orderflow.cli.io.CliContext;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Layout;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** How a command's help looks: its own options first, and apart from them those that all have. */
public final class CommandHelp {
  /** The program's name where a command to type begins, not where a sentence speaks of it. */
  private static final Pattern COMMAND =
      Pattern.compile("(?<=^|  |')" + CliContext.PROGRAM + "(?= [a-zC])");

  private CommandHelp() {}

  public static void arrange(CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    usage.parameterListHeading("%nArguments:%n");
    if (command.getSubcommands().isEmpty()) {
      usage.abbreviateSynopsis(true);
      command
          .getHelpSectionMap()
          .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, CommandHelp::options);
    } else {
      usage.commandListHeading("%nCommands:%n").optionListHeading("%nOptions:%n");
      command.setHelpSectionKeys(commandsFirst(command.getHelpSectionKeys()));
      if (command.getParent() == null) {
        usage.commandListHeading(""); // each group has its own
        command
            .getHelpSectionMap()
            .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, CommandGroups::list);
      }
    }
  }

  /** Examples and other commands in a help begin with the name that the program was called by. */
  public static void nameAs(String called, CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    usage.description(named(called, usage.description()));
    usage.footer(named(called, usage.footer()));
  }

  private static String[] named(String called, String[] lines) {
    return called.equals(CliContext.PROGRAM)
        ? lines
        : Stream.of(lines)
            .map(line -> COMMAND.matcher(line).replaceAll(Matcher.quoteReplacement(called)))
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

  /** With the defaults as they are built in: a variable or a context may hold a password. */
  private static String options(Help help) {
    CommandSpec command = help.commandSpec();
    IDefaultValueProvider provider = command.defaultValueProvider();
    command.defaultValueProvider(null);
    try {
      return lists(help);
    } finally {
      command.defaultValueProvider(provider);
    }
  }

  private static String lists(Help help) {
    String own = list(help, option -> !isCommon(option));
    return (own.isEmpty() ? "" : help.createHeading("%nOptions:%n") + own)
        + help.createHeading("%nCommon options:%n")
        + list(help, CommandHelp::isCommon)
        + help.createHeading(
            "%nAn option that is not given comes from the environment (--uri"
                + " from%nORDERFLOW_AMQP_URI, --order-url from ORDERFLOW_ORDER_URL, and so on),"
                + " else from%nthe context, if it can hold it, else from its default.%n");
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
    return option.usageHelp() || option.versionHelp() || isGlobal(option);
  }

  /** Whether it is one of {@link GlobalOptions}. */
  static boolean isGlobal(OptionSpec option) {
    return option.userObject() instanceof Field field
        && field.getDeclaringClass() == GlobalOptions.class;
  }
}
