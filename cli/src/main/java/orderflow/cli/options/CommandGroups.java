package orderflow.cli.options;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;

/** The commands by what they are for, as the program's help lists them. */
public final class CommandGroups {
  private static final int INDENT = 2;
  private static final List<Group> ALL =
      List.of(
          new Group("Start here", "demo", "verify", "up"),
          new Group(
              "Run services", "serve-order", "serve-inventory", "serve-notify", "serve-broker"),
          new Group("Place orders and disturb", "place", "flood", "replay-duplicate", "poison"),
          new Group("Dead letters", "dlq-inspect", "dlq-replay", "dlq-export", "dlq-purge"),
          new Group("Look", "status", "watch", "trace", "stock", "notifications"),
          new Group("Set up", "context", "topology", "shell", "completion"));

  private CommandGroups() {}

  private record Group(String heading, List<String> commands) {
    Group(String heading, String... commands) {
      this(heading, List.of(commands));
    }
  }

  /** Every name that stands in a group, as often as it does. */
  public static Stream<String> names() {
    return ALL.stream().flatMap(group -> group.commands().stream());
  }

  /** The names by the headings they stand under, in the order of both. */
  static Map<String, List<String>> byHeading() {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    ALL.forEach(group -> groups.put(group.heading(), group.commands()));
    return groups;
  }

  /** Of the commands that there are, those in a group. */
  static String list(Help help) {
    int width = help.subcommands().keySet().stream().mapToInt(String::length).max().orElse(0);
    var text = new StringBuilder();
    for (Group group : ALL) {
      text.append(help.createHeading("%n" + group.heading() + ":%n"))
          .append(table(help, group, width));
    }
    return text.toString();
  }

  private static TextTable table(Help help, Group group, int width) {
    int left = width + INDENT;
    int right = help.commandSpec().usageMessage().width() - left;
    TextTable table =
        TextTable.forColumns(
            help.colorScheme(),
            new Column(left, INDENT, Overflow.SPAN),
            new Column(right, INDENT, Overflow.WRAP));
    for (String name : group.commands()) {
      Help command = help.subcommands().get(name);
      if (command != null) {
        String header = String.join(" ", command.commandSpec().usageMessage().header());
        table.addRowValues(help.colorScheme().commandText(name), help.colorScheme().text(header));
      }
    }
    return table;
  }
}
