package orderflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import orderflow.cli.io.ExitCode;
import orderflow.cli.options.Converters;
import orderflow.cli.options.HelpLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Rules for every command, also for those added later. */
class CommandWalkTest {
  private static final int WIDTH = 80;
  private static final List<String> GLOBAL =
      List.of(
          "--uri",
          "--order-url",
          "--inventory-url",
          "--notification-url",
          "--queue-type",
          "--context",
          "--token",
          "--tls-ca",
          "--tls-cert",
          "--tls-key",
          "--insecure",
          "--output",
          "--no-color",
          "--quiet",
          "--verbose",
          "--help");

  /** Every visible command that is not a group, by its words. */
  static Stream<String> commands() {
    List<String> names = new ArrayList<>();
    collect(new Cli().commandLine(), "", names);
    return names.stream();
  }

  private static void collect(CommandLine command, String path, List<String> names) {
    for (Map.Entry<String, CommandLine> sub : command.getSubcommands().entrySet()) {
      if (!sub.getValue().getCommandSpec().usageMessage().hidden()) {
        if (sub.getValue().getSubcommands().isEmpty()) {
          names.add(path + sub.getKey());
        }
        collect(sub.getValue(), path + sub.getKey() + " ", names);
      }
    }
  }

  /** {@code main} makes only the subcommand that is called. */
  @ParameterizedTest
  @MethodSource("commands")
  void subcommandAloneIsTheSame(String command) {
    String[] words = command.split(" ");
    CommandLine all = new Cli().commandLine();
    CommandLine alone = CliFactory.create(Cli.plainContext(), words);
    assertEquals(words[0].equals("help"), alone.getSubcommands().size() > 1);
    for (String word : words) {
      all = Objects.requireNonNull(all.getSubcommands().get(word));
      alone = Objects.requireNonNull(alone.getSubcommands().get(word), word);
    }
    assertEquals(words[words.length - 1], alone.getCommandSpec().name());
    assertEquals(all.getUsageMessage(), alone.getUsageMessage());
  }

  static Stream<String> everything() {
    return Stream.concat(Stream.of("", "context", "notifications"), commands());
  }

  /** Users rely on these names: none may be removed or renamed. */
  @Test
  void allDesignedCommandsExist() {
    assertEquals(
        new TreeSet<>(
            Set.of(
                "demo",
                "up",
                "verify",
                "serve-order",
                "serve-inventory",
                "serve-notify",
                "serve-broker",
                "place",
                "flood",
                "replay-duplicate",
                "poison",
                "dlq-inspect",
                "dlq-replay",
                "dlq-export",
                "dlq-purge",
                "trace",
                "watch",
                "status",
                "stock",
                "notifications list",
                "notifications resend",
                "topology",
                "context add",
                "context list",
                "context use",
                "context show",
                "context remove",
                "shell",
                "completion")),
        new TreeSet<>(commands().toList()),
        "add a new command to this list; none may go");
  }

  @ParameterizedTest
  @MethodSource("everything")
  void helpHasAHeaderAndFitsTheScreen(String command) {
    Cli.Result help = new Cli().run(words(command, "--help"));

    assertEquals(0, help.exit());
    assertEquals("", help.err());
    assertTrue(!help.out().lines().findFirst().orElse("").isBlank(), "no header: " + help.out());
    help.out()
        .lines()
        .forEach(line -> assertTrue(line.length() <= WIDTH, () -> "too wide: " + line));
    for (ExitCode code : ExitCode.values()) {
      assertTrue(
          help.out().lines().anyMatch(line -> line.matches(" +" + code.code() + " +.*")),
          () -> "exit code " + code.code() + " is not in: " + help.out());
    }
  }

  @Test
  void everyCommandIsInOneHelpGroup() {
    List<String> grouped = HelpLayout.groups().values().stream().flatMap(List::stream).toList();
    List<String> help = new Cli().run("--help").out().lines().toList();
    for (String command : new Cli().commandLine().getSubcommands().keySet()) {
      boolean hidden = find(command).getCommandSpec().usageMessage().hidden();

      assertEquals(
          hidden ? 0 : 1,
          Collections.frequency(grouped, command),
          () -> "how often " + command + " is in the groups of HelpLayout: " + grouped);
      assertEquals(
          hidden ? 0 : 1,
          help.stream().filter(line -> line.startsWith("  " + command + " ")).count(),
          () -> "how often " + command + " is in orderflow --help: " + help);
    }
  }

  @ParameterizedTest
  @MethodSource("everything")
  void helpLinesAreNotWrapped(String command) {
    var usage = find(command).getCommandSpec().usageMessage();
    List<String> help = new Cli().run(words(command, "--help")).out().lines().toList();

    Stream.of(usage.description(), usage.footer())
        .flatMap(Stream::of)
        .forEach(line -> assertTrue(help.contains(line), () -> "broken: " + line));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyHelpHasADescriptionAndExamples(String command) {
    var usage = find(command).getCommandSpec().usageMessage();
    List<String> footer = List.of(usage.footer());

    assertTrue(
        Stream.of(usage.description()).anyMatch(line -> !line.isBlank()),
        () -> command + " has no description");
    assertTrue(
        footer.contains("Examples:"),
        () -> command + " has no line \"Examples:\" in its footer: " + footer);
    assertTrue(
        footer.stream()
            .skip(footer.indexOf("Examples:"))
            .anyMatch(line -> line.contains("orderflow " + command)),
        () -> command + " has no example \"orderflow " + command + "\" in its footer: " + footer);
  }

  @ParameterizedTest
  @MethodSource("everything")
  void helpIsBoldWithoutColorsOnATerminal(String command) {
    String help = new Cli().onTerminal().run(words(command, "--help")).out();

    assertTrue(help.contains("\u001b[1m"), help);
    assertFalse(Pattern.compile("\u001b\\[[0-9;]*[349][0-7]").matcher(help).find(), help);
    assertFalse(new Cli().run(words(command, "--help")).out().contains("\u001b"));
  }

  @Test
  void helpIsPlainWhenColorsAreOff() {
    for (String command : new String[] {"--help", "context --help", "place --help", "help place"}) {
      for (Cli cli :
          new Cli[] {
            new Cli().with("NO_COLOR", "1"),
            new Cli().with("ORDERFLOW_NO_COLOR", "true"),
            new Cli().with("TERM", "dumb"),
          }) {
        String help = cli.onTerminal().run(words(command)).out();
        assertFalse(help.contains("\u001b"), help);
      }
    }
    String help = new Cli().onTerminal().run("place", "--no-color", "--help").out();
    assertFalse(help.contains("\u001b"), help);
  }

  @Test
  void helpShowsBuiltInDefaultsOnly() {
    String help =
        new Cli()
            .with("ORDERFLOW_AMQP_URI", "amqp://u:secret@h/")
            .with("ORDERFLOW_ITEM", "gadget")
            .run("place", "--help")
            .out();

    assertFalse(help.contains("secret"), help);
    assertTrue(help.contains("(default: amqp://guest:guest@localhost:5672/)"), help);
    assertTrue(help.contains("(default: widget)"), help);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasTheGlobalOptions(String command) {
    CommandLine found = find(command);

    for (String option : GLOBAL) {
      assertTrue(
          found.getCommandSpec().findOption(option) != null,
          () -> command + " lacks " + option + "; add @Mixin GlobalOptions");
    }
  }

  /** The global options would hide the few own ones. */
  @ParameterizedTest
  @MethodSource("commands")
  void helpListsOwnOptionsBeforeCommonOnes(String command) {
    List<String> lines = new Cli().run(words(command, "--help")).out().lines().toList();
    int common = lines.indexOf("Common options:");

    assertTrue(common > 0, lines.toString());
    for (OptionSpec option : find(command).getCommandSpec().options()) {
      String name = " *(-\\w, )?(--[a-z-]+, )*" + option.longestName() + "(=.*| .*)?";
      List<String> found = lines.stream().filter(line -> line.matches(name)).toList();
      assertEquals(1, found.size(), option.longestName() + " in " + lines);
      boolean isCommon = GLOBAL.contains(option.longestName()) || option.versionHelp();
      assertEquals(isCommon, lines.indexOf(found.getFirst()) > common, option.longestName());
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionHasADescription(String command) {
    for (OptionSpec option : find(command).getCommandSpec().options()) {
      assertTrue(
          option.hidden() || Stream.of(option.description()).anyMatch(text -> !text.isBlank()),
          () -> command + " " + option.longestName() + " has no description");
    }
  }

  /** Otherwise a flag would reset a value that the environment has set. */
  @ParameterizedTest
  @MethodSource("commands")
  void flagIsTrueWhateverTheVariableIs(String command) {
    for (OptionSpec option : find(command).getCommandSpec().options()) {
      if (option.type() == boolean.class && !option.usageHelp() && !option.versionHelp()) {
        assertEquals("true", option.fallbackValue(), command + " " + option.longestName());
      }
    }
  }

  /** With required arguments, whose absence would be reported first. */
  @ParameterizedTest
  @MethodSource("everything")
  void unknownOptionIsOneLineAndAHint(String command) {
    String[] words =
        List.of("trace", "context add", "context remove").contains(command)
            ? words(command, "a-name", "--no-such-option")
            : words(command, "--no-such-option");
    assertWrongUsage(new Cli().run(words), "--no-such-option");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void missingValueIsOneLineAndAHint(String command) {
    assertWrongUsage(new Cli().run(words(command, "--uri")), "--uri");
  }

  /** Two words, because one may be a valid file name. */
  @ParameterizedTest
  @MethodSource("commands")
  void unexpectedArgumentIsOneLineAndAHint(String command) {
    assertWrongUsage(new Cli().run(words(command, "stray-one", "stray-two")), "stray-");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void invalidFormatIsOneLineAndAHint(String command) {
    assertWrongUsage(new Cli().run(words(command, "--output", "xml")), "xml");
  }

  /** Help, completion and errors list words as users type them. */
  @ParameterizedTest
  @MethodSource("commands")
  void listedWordsAreAccepted(String command) {
    for (OptionSpec option : find(command).getCommandSpec().options()) {
      if (!option.type().isEnum()) {
        continue;
      }
      List<String> words = new ArrayList<>();
      option.completionCandidates().forEach(words::add);
      Cli.Result result = new Cli().run(words(command, option.longestName(), "no-such"));

      assertWrongUsage(result, "'no-such' is not one of " + String.join(", ", words));
      assertFalse(words.isEmpty());
      for (String word : words) {
        assertTrue(word.matches("[a-z][a-z0-9-]*"), word);
        assertEquals(word, String.valueOf(Converters.word(word, option.type())));
        assertEquals(
            word, String.valueOf(Converters.word(word.toUpperCase(Locale.ROOT), option.type())));
      }
    }
  }

  @Test
  void unknownCommandIsOneLineAndAHint() {
    Cli.Result result = new Cli().run("dlq-inspekt");

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("unknown command 'dlq-inspekt'"), result.err());
    assertTrue(result.err().contains("dlq-inspect"), result.err());
  }

  @Test
  void optionBeforeTheCommandIsExplained() {
    assertWrongUsage(new Cli().run("-o", "json", "place"), "options follow the command");
  }

  /** Help goes to standard output, but the exit code is that of wrong usage. */
  @ParameterizedTest
  @ValueSource(strings = {"", "context"})
  void missingCommandPrintsHelpAndIsUsageError(String group) {
    Cli.Result bare = new Cli().run(words(group));

    assertEquals(new Cli().run(words(group, "--help")).out(), bare.out());
    assertEquals("", bare.err());
    assertEquals(2, bare.exit());
  }

  @ParameterizedTest
  @MethodSource("everything")
  void everyCommandPrintsTheVersion(String command) {
    Cli.Result result = new Cli().run(words(command, "--version"));

    assertEquals("orderflow " + Version.number() + System.lineSeparator(), result.out());
    assertEquals("", result.err());
    assertEquals(0, result.exit());
  }

  private static void assertWrongUsage(Cli.Result result, String named) {
    assertEquals(2, result.exit());
    assertEquals("", result.out());
    List<String> lines = result.err().lines().toList();
    assertEquals(2, lines.size(), result.err());
    assertTrue(lines.getFirst().startsWith("orderflow: "), result.err());
    assertTrue(lines.getFirst().contains(named), result.err());
    assertTrue(
        lines.getLast().contains("--help") || lines.getLast().startsWith("Possible solutions: "),
        result.err());
  }

  private static CommandLine find(String command) {
    CommandLine found = new Cli().commandLine();
    for (String word : words(command)) {
      found = Objects.requireNonNull(found.getSubcommands().get(word));
    }
    return found;
  }

  private static String[] words(String command, String... more) {
    List<String> words = new ArrayList<>();
    if (!command.isEmpty()) {
      words.addAll(List.of(command.split(" ")));
    }
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }
}
