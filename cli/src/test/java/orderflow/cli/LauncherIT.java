package orderflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher behaves like the right Java, called directly. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LauncherIT {
  private static final Path JDK = Path.of(System.getProperty("java.home"));

  private Path shared = Path.of("");
  private Path tools = Path.of("");
  private Installation installed = new Installation(Path.of(""));
  private Installation echo = new Installation(Path.of(""));
  private Path here = Path.of("");
  private int tests;

  @BeforeAll
  void install(@TempDir Path folder) throws Exception {
    shared = folder;
    tools = Launch.tools(shared);
    installed = Installation.unpacked(shared.resolve("un packed"));
    echo = Installation.echo(installed, shared.resolve("ec ho"));
  }

  @BeforeEach
  void ownFolder() throws IOException {
    here = Files.createDirectory(shared.resolve("test " + ++tests));
  }

  @Test
  void archiveHasManualPages() throws IOException {
    Path pages = installed.home().resolve("share/man/man1");

    assertTrue(Files.readString(pages.resolve("orderflow.1")).startsWith(".TH"));
    assertTrue(Files.exists(pages.resolve("orderflow-dlq-replay.1")));
  }

  /** The launcher on the JDK of this test, without the start-up cache. */
  private Launch onJdk(Path launcher, String... arguments) {
    return Launch.of(launcher, arguments)
        .with("PATH", tools)
        .with("ORDERFLOW_JAVA_HOME", JDK)
        .with("ORDERFLOW_AOT", "off");
  }

  /** The launcher that searches for Java, only in the folder {@code jdks}. */
  private Launch looking(String path) {
    return Launch.of(echo.launcher(), "argument")
        .with("PATH", path)
        .with("ORDERFLOW_JAVA_SEARCH", here.resolve("no such") + ":" + here.resolve("jdks"))
        .with("ORDERFLOW_AOT", "off");
  }

  private static List<String> lines(Launch.Result result, String kind) {
    return result.out().lines().filter(line -> line.startsWith(kind + " ")).toList();
  }

  private static String only(Launch.Result result, String kind) {
    List<String> found = lines(result, kind);
    assertEquals(1, found.size(), () -> result.toString());
    return found.getFirst().substring(kind.length() + 1);
  }

  @Test
  void argumentsArriveUnchanged() throws Exception {
    String[] arguments = {
      "",
      "two words",
      "*",
      "?[a-z]",
      "line\nbreak",
      "$HOME `id` $(id)",
      "'\"\\",
      "-Dnot=ours",
      "--",
      "-version",
      "",
      "ü€𝄞"
    };
    Launch.Result result = onJdk(echo.launcher(), arguments).in(JDK).run();
    List<String> arrived =
        lines(result, "arg").stream()
            .map(line ->
                new String(HexFormat.of().parseHex(line.substring(4)), StandardCharsets.UTF_8))
            .toList();
    assertEquals(List.of(arguments), arrived);
    assertEquals("", result.err());
  }

  @Test
  void argumentsArriveUnchangedInTheCLocale() throws Exception {
    Launch.Result result = onJdk(echo.launcher(), "ü").with("LC_ALL", "C").run();
    assertEquals(
        HexFormat.of().formatHex("ü".getBytes(StandardCharsets.UTF_8)), only(result, "arg"));
  }

  /** As with ssh from another system: Java would read everything as ASCII. */
  @ParameterizedTest
  @ValueSource(strings = {"LC_ALL", "LC_CTYPE", "LC_TIME", "LANG"})
  void argumentsArriveUnchangedInALocaleThatIsNotInstalled(String variable) throws Exception {
    Launch.Result result =
        onJdk(echo.launcher(), "ü").with("LANG", "C.UTF-8").with(variable, "xx_XX.UTF-8").run();
    assertEquals(
        HexFormat.of().formatHex("ü".getBytes(StandardCharsets.UTF_8)), only(result, "arg"));
    assertEquals("", result.err());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 130, 255})
  void exitCodeIsThatOfJava(int code) throws Exception {
    Launch.Result result =
        onJdk(echo.launcher()).with("ORDERFLOW_JAVA_OPTS", "-Decho.exit=" + code).run();
    assertEquals(code, result.exit());
  }

  @Test
  void standardInputReachesJava() throws Exception {
    byte[] ascii = new byte[200_000];
    Random random = new Random(1);
    for (int i = 0; i < ascii.length; i++) {
      ascii[i] = (byte) (' ' + random.nextInt(90));
    }
    Launch.Result result = onJdk(echo.launcher()).stdin(ascii).run();
    assertEquals(new String(ascii, StandardCharsets.US_ASCII), result.err());
  }

  @Test
  void launcherIsReplacedByJavaSoThatSignalsReachIt() throws Exception {
    Launch.Running running = onJdk(echo.launcher()).start();
    assertEquals(running.pid(), Long.parseLong(only(running.result(), "pid")));
  }

  @Test
  void pipesAreNotTerminals() throws Exception {
    Launch.Result result = onJdk(echo.launcher()).run();
    assertEquals("false", only(result, "tty.in"));
    assertEquals("false", only(result, "tty.out"));
    assertEquals("false", only(result, "tty.err"));
    assertEquals("none", only(result, "columns"));
  }

  @Test
  void terminalIsReported() throws Exception {
    Launch.Result result =
        Launch.ofCommand(
                "/usr/bin/script",
                "-qec",
                "stty cols 57; '" + echo.launcher() + "' </dev/null",
                "/dev/null")
            .with("PATH", tools)
            .with("SHELL", "/bin/sh")
            .with("ORDERFLOW_JAVA_HOME", JDK)
            .with("ORDERFLOW_AOT", "off")
            .run();
    assertTrue(result.out().contains("tty.in false"), result::out);
    assertTrue(result.out().contains("tty.out true"), result::out);
    assertTrue(result.out().contains("tty.err true"), result::out);
    assertTrue(result.out().contains("columns 57"), result::out);
  }

  @Test
  void userJvmOptionsTakePrecedence() throws Exception {
    Launch.Result result =
        onJdk(echo.launcher()).with("ORDERFLOW_JAVA_OPTS", " -Xmx64m  -XX:+UseParallelGC ").run();
    assertEquals(0, result.exit(), result::err);
    assertTrue(Long.parseLong(only(result, "heap")) <= 64 << 20, result::out);
  }

  /** The JVM rejects two collectors. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "_JAVA_OPTIONS=-XX:+UseParallelGC",
        "JAVA_TOOL_OPTIONS=-XX:+UseParallelGC",
        "JDK_JAVA_OPTIONS=-Xmx90m\t-XX:+UseParallelGC",
        "JDK_JAVA_OPTIONS=@FOLDER/arguments",
        "ORDERFLOW_JAVA_OPTS=@FOLDER/arguments",
        "JAVA_TOOL_OPTIONS=-XX:VMOptionsFile=FOLDER/arguments",
        "ORDERFLOW_JAVA_OPTS=-XX:Flags=FOLDER/flags",
      })
  void userChosenCollectorReplacesOurs(String variable) throws Exception {
    Path folder = Files.createTempDirectory("launcher");
    Files.writeString(folder.resolve("arguments"), "-Xmx90m\n-XX:+UseParallelGC\n");
    Files.writeString(folder.resolve("flags"), "+UseParallelGC\n");
    String[] named = variable.replace("FOLDER", folder.toString()).split("=", 2);
    Launch.Result result = onJdk(echo.launcher()).with(named[0], named[1]).run();
    assertEquals(0, result.exit(), result::err);
  }

  /** Otherwise every killed process leaves a copy in the temporary folder. */
  @Test
  void nativeLibraryIsPartOfTheInstallation() throws Exception {
    Path archive = Path.of(System.getProperty("orderflow.tarball", ""));
    Process tar =
        new ProcessBuilder("tar", "-tzf", archive.toString()).redirectErrorStream(true).start();
    String names = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, tar.waitFor());
    for (String system : List.of("Linux/x86_64", "Linux/aarch64", "Linux-Musl/x86_64")) {
      assertTrue(names.contains("lib/native/" + system + "/libsqlitejdbc.so"), names);
    }
  }

  /** The heap of a service is small; dead-letter commands must hold the largest message. */
  @Test
  void onlyDeadLetterCommandsHaveALargeHeap() throws Exception {
    for (String command : List.of("dlq-export", "trace", "watch", "shell")) {
      assertTrue(heap(command) > 900L << 20, command);
    }
    for (String command : List.of("serve-order", "serve-broker", "up", "--help")) {
      assertTrue(heap(command) <= 256L << 20, command);
    }
  }

  private long heap(String command) throws Exception {
    Launch.Result result = onJdk(echo.launcher(), command).run();
    assertEquals(0, result.exit(), result::err);
    return Long.parseLong(only(result, "heap"));
  }

  @Test
  void runsThroughSymbolicLinksAndFromThePath() throws Exception {
    Path bin = Files.createDirectories(here.resolve("my bin"));
    Files.createSymbolicLink(bin.resolve("absolute"), echo.launcher());
    Files.createSymbolicLink(bin.resolve("orderflow"), Path.of("absolute"));
    Launch.Result byPath = onJdk(bin.resolve("orderflow")).run();
    assertEquals(0, byPath.exit());
    assertEquals(bin.resolve("orderflow").toString(), only(byPath, "called"));

    Launch fromPath = Launch.ofCommand("/bin/sh", "-c", "orderflow").in(here);
    Launch.Result result =
        fromPath
            .with("PATH", bin + ":" + tools)
            .with("ORDERFLOW_JAVA_HOME", JDK)
            .with("ORDERFLOW_AOT", "off")
            .run();
    assertEquals(0, result.exit(), result::err);
    assertEquals("orderflow", only(result, "called"));
  }

  @Test
  void missingJava25IsReportedInOneLine() throws Exception {
    Launch.fakeJdk(here.resolve("jdks/17"), "17.0.15");
    Launch.fakeJdk(here.resolve("old"), "21");
    Launch.Result result =
        looking(here.resolve("old/bin") + ":" + tools)
            .with("JAVA_HOME", here.resolve("gone"))
            .run();
    assertEquals(2, result.exit());
    assertEquals("", result.out());
    assertEquals(1, result.err().lines().count(), result::err);
    assertTrue(result.err().contains("needs Java 25 or newer; found only 21 "), result::err);
    assertTrue(result.err().contains("ORDERFLOW_JAVA_HOME"), result::err);
  }

  @Test
  void newerJavaInAnInstallFolderIsPreferredToAnOldOneOnThePath() throws Exception {
    Launch.fakeJdk(here.resolve("old"), "17.0.15");
    Launch.fakeJdk(here.resolve("jdks/17"), "17.0.15");
    Launch.fakeJdk(here.resolve("jdks/a jdk"), "26-ea");
    Launch.fakeJdk(here.resolve("jdks/mac.jdk/Contents/Home"), "25.0.3");
    Launch.Result result =
        looking(here.resolve("old/bin") + ":" + tools).with("JAVA_HOME", here.resolve("old")).run();
    assertEquals(
        "java 25.0.3\nlast argument\n",
        result.out(),
        "the oldest that will do, by " + result.err());
  }

  @Test
  void javaOnThePathIsFoundThroughLinks() throws Exception {
    Launch.fakeJdk(here.resolve("real"), "25.0.1");
    Path bin = Files.createDirectories(here.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("java"), here.resolve("real/bin/java"));
    assertEquals("java 25.0.1\nlast argument\n", looking(bin + ":" + tools).run().out());
  }

  @Test
  void versionManagerShimIsResolved() throws Exception {
    Launch.fakeJdk(here.resolve("managed"), "25.0.2");
    Launch.script(
        here.resolve("shims/java"), "echo '    java.home = " + here.resolve("managed") + "' >&2");
    assertEquals(
        "java 25.0.2\nlast argument\n", looking(here.resolve("shims") + ":" + tools).run().out());
  }

  @Test
  void javaHomePrecedesPath() throws Exception {
    Launch.fakeJdk(here.resolve("path"), "25.0.1");
    Launch.fakeJdk(here.resolve("home"), "25.0.2");
    Launch.Result result =
        looking(here.resolve("path/bin") + ":" + tools)
            .with("JAVA_HOME", here.resolve("home"))
            .run();
    assertEquals("java 25.0.2\nlast argument\n", result.out());
  }

  @Test
  void wrongOrderflowJavaHomeIsAnError() throws Exception {
    Launch.fakeJdk(here.resolve("old"), "17");
    Launch.fakeJdk(here.resolve("jdks/25"), "25");
    Launch.Result result =
        looking(tools.toString()).with("ORDERFLOW_JAVA_HOME", here.resolve("old")).run();
    assertEquals(2, result.exit());
    assertTrue(result.err().contains("ORDERFLOW_JAVA_HOME=" + here.resolve("old")), result::err);
  }

  @Test
  void incompleteInstallationIsReported() throws Exception {
    Path launcher = here.resolve("bin/orderflow");
    Files.createDirectories(launcher.getParent());
    Files.copy(echo.launcher(), launcher);
    Launch.Result result = onJdk(launcher).run();
    assertEquals(1, result.exit());
    assertTrue(result.err().contains("incomplete"), result::err);
  }
}
