package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import orderflow.cli.Cli;
import orderflow.cli.RealTool;
import orderflow.testing.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Lines from a pipe, and lines typed on a real terminal. */
@Timeout(120)
class ShellTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String ENTER = "\r";
  private static final String TAB = "\t";
  private static final String CTRL_C = "\u0003";
  private static final String CTRL_D = "\u0004";

  @TempDir Path folder = Path.of("");

  private int looked;

  @Test
  void runsEachLineAndExitsWithTheLastCode() {
    Cli.Result result =
        new Cli().typing("# a comment\n\ntopology show\norderflow stock --bogus\n").run("shell");

    assertEquals(2, result.exit());
    assertTrue(result.out().contains("order_placed_dlq"), result.out());
    assertTrue(result.err().contains("'--bogus'"), result.err());
    assertEquals(0, new Cli().typing("nonsense\ntopology\n").run("shell").exit());
    assertEquals(2, new Cli().typing("nonsense\nexit\ntopology\n").run("shell").exit());
    assertEquals(0, new Cli().run("shell").exit());
  }

  @Test
  void commonOptionsApplyToEveryLineUnlessOverridden() {
    Cli.Result result =
        new Cli()
            .typing("context show -o csv\ncontext show -o csv --order-url http://line:1\n")
            .run("shell", "--order-url", "http://shell:1");

    assertTrue(result.out().contains("http://shell:1"), result.out());
    assertTrue(result.out().contains("http://line:1,flag"), result.out());
  }

  @Test
  void quotesGroupWordsAndMustBeClosed() {
    Cli.Result open = new Cli().typing("topology\nplace --token \"s3cret\n").run("shell");

    assertEquals(2, open.exit());
    assertEquals("orderflow: line 2: a quote is not closed\n", open.err().replace("\r", ""));
    assertTrue(
        new Cli()
            .typing("context show -o csv --uri=\"amqp://quoted/\"\n")
            .run("shell")
            .out()
            .contains("uri,amqp://quoted/,flag"));
    assertTrue(new Cli().typing("stock 'a b' --bogus\n").run("shell").err().contains("'--bogus'"));
  }

  @Test
  void helpIsTheSameInsideAndOutside() {
    for (String line : new String[] {"help", "help place", "help context use", "help help"}) {
      Cli.Result outside = new Cli().run(line.split(" "));

      assertEquals(0, outside.exit(), outside.err());
      assertEquals(outside.out(), new Cli().typing(line + "\n").run("shell").out());
    }
    assertEquals(new Cli().run("--help").out(), new Cli().run("help").out());
    assertEquals(
        new Cli().run("context", "use", "--help").out(),
        new Cli().run("help", "context", "use").out());
    assertTrue(new Cli().run("help", "help").out().contains("orderflow help context use"));
    Cli.Result nope = new Cli().typing("help dlq-inspekt\n").run("shell");
    assertEquals(2, nope.exit());
    assertEquals("", nope.out());
    assertTrue(nope.err().contains("unknown command 'dlq-inspekt'"), nope.err());
    assertTrue(nope.err().contains("dlq-inspect"), nope.err());
    assertEquals(2, new Cli().run("help", "place", "nope").exit());
  }

  @Test
  void nestedShellIsRefused() {
    assertEquals(2, new Cli().typing("shell\n").run("shell").exit());
  }

  /** The process continues, with the exit code of the command outside of the shell. */
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals")
  void tabCompletesAndCtrlCEndsOnlyTheCommand() throws Exception {
    RealTool.require("script");
    Path log = folder.resolve("screen");
    Process process = onTerminal(log, "xterm");
    try (OutputStream keys = process.getOutputStream()) {
      type(keys, log, "orderflow> ", "topo" + TAB + ENTER);
      type(keys, log, "order_placed_dlq", "");
      type(keys, log, "orderflow> ", "watch-nothing" + ENTER);
      type(keys, log, "orderflow [2]> ", "serve-broker -p 0 --data-dir " + folder + ENTER);
      type(keys, log, "broker ready on ", CTRL_C);
      type(keys, log, "orderflow [130]> ", CTRL_D);

      assertTrue(process.waitFor(LIMIT), screen(log));
    } finally {
      process.destroyForcibly();
    }
    assertEquals(130, process.exitValue(), screen(log));
    String history = Files.readString(folder.resolve("orderflow/history"));
    assertTrue(history.contains("topology"), history);
  }

  /** As with ssh from a newer terminal. */
  @Test
  void unknownTerminalTypeIsUsedAsPlain() throws Exception {
    RealTool.require("script");
    Path log = folder.resolve("screen");
    Process process = onTerminal(log, "xterm-unheard-of");
    try (OutputStream keys = process.getOutputStream()) {
      type(keys, log, "orderflow> ", "topology" + ENTER);
      type(keys, log, "order_placed_dlq", "");
      type(keys, log, "orderflow> ", CTRL_D);

      assertTrue(process.waitFor(LIMIT), screen(log));
    } finally {
      process.destroyForcibly();
    }
    assertFalse(screen(log).contains("infocmp"), screen(log));
    assertFalse(screen(log).contains("\tat "), screen(log));
  }

  @Test
  void historyOmitsSecrets() throws Exception {
    RealTool.require("script");
    Path log = folder.resolve("screen");
    Process process = onTerminal(log, "xterm");
    try (OutputStream keys = process.getOutputStream()) {
      type(keys, log, "orderflow> ", "topology --token s3cret" + ENTER);
      type(keys, log, "order_placed_dlq", "");
      type(keys, log, "orderflow> ", "topology --uri 'amqp://a:s3cret pass@h/'" + ENTER);
      type(keys, log, "orderflow [2]> ", "topology --toke s3cret" + ENTER);
      type(keys, log, "orderflow [2]> ", "topology --quiet" + ENTER);
      type(keys, log, "order_placed_dlq", "");
      type(keys, log, "orderflow> ", CTRL_D);

      assertTrue(process.waitFor(LIMIT), screen(log));
    } finally {
      process.destroyForcibly();
    }
    String history = Files.readString(folder.resolve("orderflow/history"));
    assertTrue(history.contains("topology --quiet"), history);
    assertFalse(history.contains("s3cret"), history);
  }

  @Test
  void contextOfALineOverridesTheOptionsOfTheShell() {
    keepContexts();
    Cli.Result result =
        cli()
            .typing(
                """
                context show -o csv --context staging
                context show -o csv
                context use staging
                context show -o csv
                """)
            .run("shell", "--uri", "amqp://x:y@flag/", "--token", "t");

    List<String> uris = result.out().lines().filter(line -> line.startsWith("uri,")).toList();
    assertEquals(3, uris.size(), result.out());
    assertTrue(uris.get(0).startsWith("uri,amqp://staging/,context 'staging' ("), uris.get(0));
    assertEquals("uri,amqp://x:***@flag/,option of shell", uris.get(1));
    assertTrue(uris.get(2).startsWith("uri,amqp://staging/,context 'staging' ("), uris.get(2));
    assertEquals(
        List.of("token,***,option of shell"),
        result.out().lines().filter(line -> line.startsWith("token,")).distinct().toList());
  }

  @Test
  void contextUseAppliesToTheFollowingLines() {
    keepContexts();
    for (String line :
        new String[] {
          "context use staging", "context add staging --uri amqp://staging/ --replace --use",
        }) {
      Cli.Result result =
          cli()
              .with("ORDERFLOW_CONTEXT", "dev")
              .typing("context show -o csv\n" + line + "\ncontext show -o csv\n")
              .run("shell", "--context", "dev");

      assertTrue(result.out().contains("uri,amqp://dev/,context 'dev'"), result.out());
      assertTrue(result.out().contains("uri,amqp://staging/,context 'staging'"), result.out());
      assertFalse(result.err().contains("but "), result.err());
    }
  }

  private void keepContexts() {
    cli().run("context", "add", "dev", "--uri", "amqp://dev/");
    cli().run("context", "add", "staging", "--uri", "amqp://staging/");
  }

  private Cli cli() {
    return new Cli().with("ORDERFLOW_CONFIG", folder.resolve("config.toml").toString());
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals")
  void ctrlCAtAPromptMeansNo() throws Exception {
    RealTool.require("script");
    keepContexts();
    Path log = folder.resolve("screen");
    Process process = onTerminal(log, "xterm");
    try (OutputStream keys = process.getOutputStream()) {
      type(keys, log, "orderflow> ", "context use dev" + ENTER);
      type(keys, log, "orderflow (dev)> ", "context remove staging" + ENTER);
      type(keys, log, "[y/N] ", CTRL_C);
      type(keys, log, "orderflow (dev) [130]> ", "y" + ENTER);
      type(keys, log, "unknown command 'y'", "");
      type(keys, log, "orderflow (dev) [2]> ", "context remove dev" + ENTER);
      type(keys, log, "[y/N] ", "y" + ENTER);
      type(keys, log, "orderflow> ", CTRL_D);

      assertTrue(process.waitFor(LIMIT), screen(log));
    } finally {
      process.destroyForcibly();
    }
    String left = cli().run("context", "list", "-o", "csv").out();
    assertTrue(left.contains("staging,"), left);
    assertFalse(left.contains("dev,"), left);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals")
  void ctrlCInterruptsWatchAndQQuits() throws Exception {
    RealTool.require("script");
    Path log = folder.resolve("screen");
    Process process = onTerminal(log, "xterm");
    try (OutputStream keys = process.getOutputStream()) {
      type(keys, log, "orderflow> ", "watch" + ENTER);
      type(keys, log, "q quit", CTRL_C);
      type(keys, log, "orderflow [130]> ", "watch" + ENTER);
      type(keys, log, "q quit", "q");
      type(keys, log, "orderflow> ", CTRL_D);

      assertTrue(process.waitFor(LIMIT), screen(log));
    } finally {
      process.destroyForcibly();
    }
    assertEquals(0, process.exitValue(), screen(log));
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no stty")
  void outputFollowsTheTerminalWidth() throws Exception {
    RealTool.require("script");
    Path log = folder.resolve("screen");
    String line = "no broker answers at amqp://127.0.0.1:1/";
    Process process = onTerminal(log, "xterm");
    try (OutputStream keys = process.getOutputStream()) {
      type(keys, log, "orderflow> ", "");
      resize(30);
      type(keys, log, "", "status" + ENTER);
      type(keys, log, "orderflow [5]> ", "");
      assertFalse(screen(log).contains(line), screen(log));
      resize(200);
      type(keys, log, "", "status" + ENTER);
      type(keys, log, line, "");
      type(keys, log, "orderflow [5]> ", CTRL_D);

      assertTrue(process.waitFor(LIMIT), screen(log));
    } finally {
      process.destroyForcibly();
    }
  }

  private void resize(int columns) throws Exception {
    String terminal = Files.readString(folder.resolve("terminal")).strip();
    Process stty =
        new ProcessBuilder("sh", "-c", "stty cols " + columns + " <\"$1\"", "sh", terminal)
            .inheritIO()
            .start();
    assertEquals(0, stty.waitFor());
  }

  private Process onTerminal(Path log, String type) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path arguments =
        Files.writeString(
            folder.resolve("arguments"),
            "-Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED\n"
                + "-Dorderflow.tty.in=true -Dorderflow.tty.out=true -Dorderflow.tty.err=true\n"
                + "-cp \""
                + System.getProperty("java.class.path")
                + "\"\norderflow.cli.Orderflow shell --uri amqp://127.0.0.1:1/\n"
                + "--order-url http://127.0.0.1:1 --inventory-url http://127.0.0.1:1\n"
                + "--notification-url http://127.0.0.1:1\n");
    var builder =
        new ProcessBuilder(
                "script",
                "-qefc",
                "tty >terminal; stty cols 80 rows 24; exec " + java + " @" + arguments,
                log.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("XDG_STATE_HOME", folder.toString());
    builder.environment().put("ORDERFLOW_CONFIG", folder.resolve("config.toml").toString());
    builder.environment().remove("COLUMNS");
    builder.environment().put("TERM", type);
    return builder.start();
  }

  /** Types after {@code seen} has appeared on the screen since the last keys. */
  private void type(OutputStream keys, Path log, String seen, String typed) throws Exception {
    Await.until(seen, LIMIT, () -> screen(log).indexOf(seen, looked) >= 0);
    looked = screen(log).indexOf(seen, looked) + seen.length();
    keys.write(typed.getBytes(StandardCharsets.UTF_8));
    keys.flush();
  }

  private static String screen(Path log) {
    try (InputStream in = Files.newInputStream(log)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
