package orderflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import orderflow.cli.prove.environment.EmbeddedEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands, links and class names in README and docs are right. */
@Timeout(60)
class DocumentationTest {
  /** Tests run in their module's folder. */
  private static final Path ROOT = Path.of("..");

  private static final Pattern COMMAND =
      Pattern.compile(
          "(?m)(?:^    |^\\$ |`)(?:\\./)?(orderflow(?: [^`\\n\\\\]*(?:\\\\\\n[^`\\n\\\\]*)*)?)");
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]+)");
  private static final Pattern CLASS = Pattern.compile("`([a-z]+(?:/[a-z]+)*/[A-Z]\\w+)`");

  /** The commands that are only parsed here, and why. */
  private static final Map<String, String> NOT_RUN =
      Map.ofEntries(
          Map.entry("up", "runs until Ctrl-C (ServingTest)"),
          Map.entry("serve-order", "runs until Ctrl-C (ServingTest)"),
          Map.entry("serve-inventory", "runs until Ctrl-C (ServingTest)"),
          Map.entry("serve-notify", "runs until Ctrl-C (ServingTest)"),
          Map.entry("serve-broker", "runs until Ctrl-C (BrokerProcessTest)"),
          Map.entry("demo", "takes a minute (DemoTest)"),
          Map.entry("verify", "takes a minute or more (VerifyTest)"),
          Map.entry("shell", "reads a terminal (ShellTest)"),
          Map.entry("help", "shows the help of a command (CommandWalkTest)"));

  private static EmbeddedEnvironment flow;

  @TempDir private static Path folder = Path.of("");

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    flow = EmbeddedEnvironment.start(Cli.plainContext());
    assertEquals(0, cli().run("place", "--wait", "--order-id", "ord-1").exit());
    assertEquals(0, cli().run("poison", "--kind", "all").exit());
    Files.createFile(folder.resolve("ca.pem"));
  }

  @AfterAll
  static void stop() {
    flow.close();
  }

  static List<String> commands() {
    Set<String> commands = new LinkedHashSet<>();
    for (Path page : pages()) {
      COMMAND
          .matcher(text(page))
          .results()
          .map(match -> match.group(1).replace("\\\n", " ").replaceAll(" {3,}.*", ""))
          .map(command -> command.replaceAll(" [|<#].*", "").strip())
          .filter(command -> command.contains(" ") && !command.contains("COMMAND"))
          .forEach(commands::add);
    }
    return List.copyOf(commands);
  }

  @Test
  void theExamplesAreFound() {
    assertTrue(commands().size() > 30, () -> commands().toString());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void anExampleIsAValidCommandLine(String command) {
    new Cli().commandLine().parseArgs(words(command));
  }

  static List<String> runnable() {
    return commands().stream()
        .filter(command -> command.contains("--list") || !NOT_RUN.containsKey(words(command)[0]))
        .filter(command -> !command.contains("https://orders.example --token")) // needs a server
        .toList();
  }

  @ParameterizedTest
  @MethodSource("runnable")
  void anExampleSucceedsOnARunningFlow(String command) {
    List<String> words = new ArrayList<>(List.of(words(command)));
    replaceAfter(words, "--seconds", "1");
    replaceAfter(words, "--id", idOfADeadLetterWithoutItem());
    words.replaceAll(word -> word.matches("[a-z]+\\.(pem|ndjson)") ? inFolder(word) : word);
    if (words.contains("--from")) {
      cli().run("dlq-export", "--queue", "order_placed_dlq", inFolder("letters.ndjson"));
    }
    if (words.contains("dlq-purge")) {
      words.addAll(List.of("--export", inFolder("purged.ndjson")));
    }

    Cli.Result result = cli().run(words.toArray(String[]::new));

    assertTrue(Set.of(0, 3).contains(result.exit()), () -> command + "\n" + result);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linksLeadToFiles(Path page) {
    List<String> dead =
        matches(LINK, page).filter(link -> !Files.exists(page.resolveSibling(link))).toList();

    assertEquals(List.of(), dead, page.toString());
  }

  @Test
  void classesThatAreNamedExist() throws IOException {
    Set<String> named = new TreeSet<>();
    pages().forEach(page -> matches(CLASS, page).forEach(named::add));
    Set<String> known = new TreeSet<>();
    for (String module : List.of("services", "cli")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src"))) {
        files
            .map(Path::toString)
            .filter(file -> file.endsWith(".java"))
            .map(file -> file.replaceAll(".*/java/orderflow/(?:cli/)?", "").replace(".java", ""))
            .forEach(known::add);
      }
    }
    named.removeAll(known);

    assertFalse(known.isEmpty());
    assertEquals(Set.of(), named);
  }

  private static Cli cli() {
    return new Cli()
        .with("ORDERFLOW_CONFIG", folder.resolve("config.toml").toString())
        .with(
            "ORDERFLOW_AMQP_URI",
            "amqp://guest:guest@" + URI.create(flow.broker().address()).getAuthority())
        .with("ORDERFLOW_ORDER_URL", flow.orders().base().toString())
        .with("ORDERFLOW_INVENTORY_URL", flow.inventory().base().toString())
        .with("ORDERFLOW_NOTIFICATION_URL", flow.notifications().base().toString());
  }

  private static String idOfADeadLetterWithoutItem() {
    return cli()
        .run("dlq-inspect", "--match", "item_id is missing", "--limit", "1", "-o", "json")
        .json()
        .at("/dead_letters/0/id")
        .asString("8e55");
  }

  private static void replaceAfter(List<String> words, String option, String value) {
    int at = words.indexOf(option);
    if (at >= 0) {
      words.set(at + 1, value);
    }
  }

  private static String inFolder(String name) {
    return folder.resolve(name).toString();
  }

  private static String[] words(String command) {
    return command.replaceFirst("^orderflow +", "").split(" +", -1);
  }

  static List<Path> pages() {
    try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")),
              files.filter(file -> file.toString().endsWith(".md")))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> matches(Pattern pattern, Path page) {
    Matcher matcher = pattern.matcher(text(page));
    return matcher.results().map(match -> match.group(1));
  }

  private static String text(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
