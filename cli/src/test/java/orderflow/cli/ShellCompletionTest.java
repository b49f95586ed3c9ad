package orderflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orderflow.cli.completion.CommandModel;
import orderflow.cli.completion.Shell;
import orderflow.cli.completion.ValueKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The candidates of each script in its real shell. */
class ShellCompletionTest {
  private static final Map<String, List<String>> EXPECTED = new LinkedHashMap<>();

  static {
    EXPECTED.put("replay-d", List.of("replay-duplicate"));
    EXPECTED.put("flood --se", List.of("--seconds"));
    EXPECTED.put("flood -z 90s --via ", List.of("amqp", "http"));
    EXPECTED.put("place -o nd", List.of("ndjson"));
    EXPECTED.put("place --output=nd", List.of("ndjson"));
    EXPECTED.put("place --item widget --output ", List.of("csv", "json", "ndjson", "table"));
    EXPECTED.put("serve-inventory --fail-mode ", List.of("always", "none", "prob"));
    EXPECTED.put("verify kill-i", List.of("kill-inventory"));
    EXPECTED.put("verify poison --all net-c", List.of("net-cut"));
    EXPECTED.put(
        "dlq-inspect --queue ",
        List.of("inventory_reserved_dlq", "order_outcome_dlq", "order_placed_dlq"));
    EXPECTED.put("poison --kind al", List.of("all"));
    EXPECTED.put("completion ", List.of("bash", "fish", "zsh"));
    EXPECTED.put("dlq-replay --from let", List.of("letters.ndjson"));
    EXPECTED.put("dlq-export let", List.of("letters.ndjson"));
    EXPECTED.put("serve-order --data-dir l", List.of("left"));
    EXPECTED.put("place --item ", List.of());
    EXPECTED.put("help dlq-re", List.of("dlq-replay"));
    EXPECTED.put("warm", List.of());
    EXPECTED.put("man-", List.of());
  }

  @TempDir private Path temporary = Path.of("");
  private Path here = Path.of("");

  @BeforeEach
  void createFiles() throws IOException {
    here = Files.createDirectory(temporary.resolve("here"));
    Files.createDirectory(here.resolve("left"));
    Files.createFile(here.resolve("letters.ndjson"));
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void offersCommandsOptionsValuesAndFiles(Shell shell) throws Exception {
    assertEquals(sorted(EXPECTED), offers(shell, EXPECTED.keySet().stream().toList()));
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void offersEveryCommandAndItsLongOptions(Shell shell) throws Exception {
    CommandModel program = Cli.commandModel();
    Map<String, List<String>> expected = new LinkedHashMap<>();
    program
        .all()
        .forEach(command -> {
          String line = String.join(" ", command.path()).replaceFirst("^orderflow ?", "");
          line = line.isEmpty() ? "" : line + " ";
          expected.put(line + "--", longNames(command));
          if (!command.commands().isEmpty()) {
            expected.put(line, command.commands().stream().map(CommandModel::name).toList());
          }
        });

    assertTrue(expected.size() > 15, expected::toString);
    assertEquals(sorted(expected), offers(shell, expected.keySet().stream().toList()));
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void offersExistingContexts(Shell shell) throws Exception {
    Files.writeString(
        here.resolve("contexts.toml"),
        """
        [context.local]
        [context.staging]
        [context."$(touch ran)"]
        """);
    Map<String, List<String>> expected = new LinkedHashMap<>();
    expected.put("context use ", List.of("local", "staging"));
    expected.put("place --context st", List.of("staging"));
    expected.put("context add ", List.of());

    String offered = offers(shell, expected.keySet().stream().toList());

    assertEquals(sorted(expected), offered.replace(" $(touch ran)", ""));
    assertFalse(Files.exists(here.resolve("ran")), "a name is no command");
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void offersSubcommands(Shell shell) throws Exception {
    var verbose = option(List.of("-v", "--verbose"), "", new ValueKind.None());
    var to = option(List.of("--to"), "FILE", new ValueKind.Files());
    var file = new CommandModel.Argument("FILE", new ValueKind.Files(), true, false, "Which.");
    var show = command("orderflow topology show", List.of(verbose), List.of(), List.of());
    var export =
        command("orderflow topology export", List.of(verbose, to), List.of(file), List.of());
    var topology = command("orderflow topology", List.of(), List.of(), List.of(show, export));
    var place = command("orderflow place", List.of(verbose), List.of(), List.of());
    var program = command("orderflow", List.of(), List.of(), List.of(place, topology));
    Map<String, List<String>> expected = new LinkedHashMap<>();
    expected.put("", List.of("place", "topology"));
    expected.put("topology ", List.of("show", "export"));
    expected.put("topology ex", List.of("export"));
    expected.put("topology export --", List.of("--verbose", "--to"));
    expected.put("topology export let", List.of("letters.ndjson"));
    expected.put("topology export --to let", List.of("letters.ndjson"));
    expected.put("topology show --", List.of("--verbose"));
    expected.put("place --", List.of("--verbose"));

    assertEquals(
        sorted(expected),
        offers(shell, shell.script(program), expected.keySet().stream().toList()));
  }

  private static CommandModel.Option option(List<String> names, String label, ValueKind value) {
    return new CommandModel.Option(names, label, value, false, "It's [one] of: them.", List.of());
  }

  private static CommandModel command(
      String path,
      List<CommandModel.Option> options,
      List<CommandModel.Argument> arguments,
      List<CommandModel> commands) {
    return new CommandModel(
        List.of(path.split(" ")),
        "Does: what's \"it\" for $1 `id` \\ [so].",
        List.of(),
        List.of(),
        options,
        arguments,
        commands);
  }

  /** Tests run in their module's folder. */
  @ParameterizedTest
  @CsvSource({"bash,orderflow.bash", "zsh,_orderflow", "fish,orderflow.fish"})
  void scriptsInTheTreeAreUpToDate(String shell, String file) throws IOException {
    String again = "./orderflow completion " + shell + " > completions/" + file;
    Path kept = Path.of("../completions", file);

    assertTrue(Files.exists(kept), "make it:  " + again);
    assertEquals(
        new Cli().run("completion", shell).out(),
        Files.readString(kept),
        "commands have changed; make it again:  " + again);
  }

  /** Bash shows no descriptions. */
  @Test
  void zshAndFishShowDescriptions() {
    for (String shell : List.of("zsh", "fish")) {
      assertTrue(new Cli().run("completion", shell).out().contains("Place one order"), shell);
    }
  }

  /** Otherwise the file could hold a password. */
  @ParameterizedTest
  @EnumSource(Shell.class)
  void scriptsDoNotDependOnTheEnvironment(Shell shell) {
    Cli.Result plain = new Cli().run("completion", shell.toString());
    Cli.Result other =
        new Cli()
            .with("ORDERFLOW_AMQP_URI", "amqp://me:secret@broker/")
            .with("ORDERFLOW_OUTPUT", "json")
            .run("completion", shell.toString());

    assertEquals(0, other.exit(), other::err);
    assertEquals(plain.out(), other.out());
  }

  @Test
  void defaultIsTheUsersShell() {
    assertEquals(
        new Cli().run("completion", "fish").out(),
        new Cli().with("SHELL", "/usr/bin/fish").run("completion").out());

    Cli.Result unknown = new Cli().with("SHELL", "/bin/tcsh").run("completion");
    assertEquals(2, unknown.exit());
    assertTrue(
        unknown.err().startsWith("orderflow: which shell? bash, zsh or fish"), unknown.err());
  }

  private static List<String> longNames(CommandModel command) {
    return command.options().stream()
        .map(CommandModel.Option::names)
        .flatMap(List::stream)
        .filter(name -> name.startsWith("--"))
        .toList();
  }

  /** The candidates at the end of each line, which follows {@code orderflow}. */
  private String offers(Shell shell, List<String> lines) throws Exception {
    return offers(shell, new Cli().run("completion", shell.toString()).out(), lines);
  }

  private String offers(Shell shell, String text, List<String> lines) throws Exception {
    RealTool.require(shell.toString());
    Path script = temporary.resolve("script");
    Files.writeString(script, text);
    Path driver = temporary.resolve("driver");
    try (var source =
        Objects.requireNonNull(getClass().getResourceAsStream("completion/complete." + shell))) {
      Files.copy(source, driver);
    }
    List<String> command = new ArrayList<>(List.of(shell.toString()));
    command.addAll(
        switch (shell) {
          case BASH -> List.of("--norc");
          case ZSH -> List.of("-f");
          case FISH -> List.of("--no-config");
        });
    command.addAll(List.of(driver.toString(), script.toString()));
    lines.forEach(line -> command.add("orderflow " + line));
    Launch.Result result =
        Launch.ofCommand(command.toArray(String[]::new))
            .with("PATH", program() + ":" + System.getenv("PATH"))
            .with("ORDERFLOW_CONFIG", here.resolve("contexts.toml"))
            .with("HOME", temporary)
            .with("TMPDIR", temporary)
            .with("TERM", "xterm")
            .in(here)
            .run();

    assertEquals("", result.err());
    assertEquals(0, result.exit(), result::out);
    return parsed(result.out().lines());
  }

  /** A folder with the program, for scripts that run it. */
  private Path program() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("bin"));
    Path program = folder.resolve("orderflow");
    Files.writeString(
        program, "#!/bin/sh\nexec '%s' \"$@\"\n".formatted(String.join("' '", Launch.program())));
    assertTrue(program.toFile().setExecutable(true));
    return folder;
  }

  private static String parsed(Stream<String> output) {
    Map<String, List<String>> offered = new LinkedHashMap<>();
    List<String> current = new ArrayList<>();
    for (String text : output.toList()) {
      if (text.startsWith("> orderflow ")) {
        current = new ArrayList<>();
        offered.put(text.substring("> orderflow ".length()), current);
      } else {
        current.add(text.replaceFirst("/$", ""));
      }
    }
    return sorted(offered);
  }

  /** One line each, for readable differences. */
  private static String sorted(Map<String, List<String>> offers) {
    return offers.entrySet().stream()
        .map(offer -> offer.getKey() + ": " + String.join(" ", new TreeSet<>(offer.getValue())))
        .collect(Collectors.joining("\n"));
  }
}
