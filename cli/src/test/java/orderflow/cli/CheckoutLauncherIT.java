package orderflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher in a checkout builds only when needed. A script replaces Maven and records its
 * calls.
 */
final class CheckoutLauncherIT {
  private static final String RUN = "java 25.0.3\nlast argument\n";

  private @TempDir Path here;
  private Path checkout = Path.of("");
  private Path tools = Path.of("");
  private Path source = Path.of("");

  @BeforeEach
  void checkOut() throws IOException {
    tools = Launch.tools(here);
    Launch.fakeJdk(here.resolve("jdk"), "25.0.3");
    checkout = here.resolve("check out");
    source = checkout.resolve("cli/src/main/java/A.java");
    Files.createDirectories(source.getParent());
    Path script = Path.of(System.getProperty("orderflow.launcher", ""));
    Files.copy(script, checkout.resolve("orderflow"));
    for (Path file :
        new Path[] {checkout.resolve("pom.xml"), checkout.resolve("cli/pom.xml"), source}) {
      Files.createFile(file);
    }
    sourcesChangedAgo(Duration.ofMinutes(1));
    maven(
        "cat >/dev/null; mkdir -p cli/target/orderflow/lib && touch"
            + " cli/target/orderflow/lib/orderflow-cli.jar cli/target/orderflow/.built && echo"
            + " noise && echo noise >&2");
  }

  private void maven(String body) throws IOException {
    Launch.script(
        here.resolve("maven/mvn"), "echo \"$*\" >>'" + here.resolve("calls") + "'; " + body);
  }

  private void sourcesChangedAgo(Duration age) throws IOException {
    FileTime then = FileTime.from(Instant.now().minus(age));
    try (Stream<Path> sources = Files.walk(checkout.resolve("cli/src"))) {
      for (Path file : sources.toList()) {
        Files.setLastModifiedTime(file, then);
      }
    }
    Files.setLastModifiedTime(checkout.resolve("pom.xml"), then);
    Files.setLastModifiedTime(checkout.resolve("cli/pom.xml"), then);
  }

  private long builds() throws IOException {
    Path calls = here.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }

  private Launch launch() {
    return Launch.of(checkout.resolve("orderflow"), "argument")
        .with("PATH", here.resolve("maven") + ":" + tools)
        .with("ORDERFLOW_JAVA_HOME", here.resolve("jdk"));
  }

  @Test
  void buildsAtFirstUseOnly() throws Exception {
    Launch.Result first = launch().run();
    assertEquals(0, first.exit(), first::err);
    assertEquals(RUN, first.out(), "output of Maven must not be among the results");
    assertEquals(1, first.err().lines().count(), first::err);
    assertTrue(first.err().contains("building"), first::err);
    assertEquals(new Launch.Result(0, RUN, ""), launch().run());
    assertEquals(1, builds());
  }

  @Test
  void rebuildsAfterSourceChanges() throws Exception {
    launch().run();
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusMillis(50)));
    assertTrue(launch().run().err().contains("sources have changed"));
    sourcesChangedAgo(Duration.ofMinutes(1));
    assertEquals("", launch().run().err());
    Files.delete(source);
    Files.setLastModifiedTime(source.getParent(), FileTime.from(Instant.now().plusMillis(50)));
    launch().run();
    assertEquals(3, builds());
  }

  @Test
  void buildDoesNotReadStandardInput() throws Exception {
    Launch.script(here.resolve("jdk/bin/java"), "exec cat");
    byte[] input = "for the command".getBytes(StandardCharsets.US_ASCII);
    assertEquals("for the command", launch().stdin(input).run().out());
    assertEquals(1, builds());
  }

  @Test
  void concurrentLaunchersBuildOnce() throws Exception {
    Path go = here.resolve("go");
    maven(
        "n=0; until [ -e '"
            + go
            + "' ] || [ $n -gt 2000 ]; do n=$((n + 1)); sleep 0.05; done; mkdir -p"
            + " cli/target/orderflow/lib && touch cli/target/orderflow/lib/orderflow-cli.jar"
            + " cli/target/orderflow/.built");
    Launch.Running first = launch().start();
    Launch.until("the first one builds", () -> Files.exists(here.resolve("calls")));
    Launch.Running second = launch().start();
    Launch.until(
        "the second one waits", () -> second.errSoFar().contains("waiting for another orderflow"));
    Files.createFile(go);
    assertEquals(RUN, first.result().out());
    assertEquals(RUN, second.result().out());
    assertEquals(1, builds());
    assertFalse(Files.isSymbolicLink(checkout.resolve("target/launcher-build.lock")));
  }

  @Test
  void lockOfADeadLauncherIsTakenOver() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Path target = Files.createDirectories(checkout.resolve("target"));
    Files.createSymbolicLink(
        target.resolve("launcher-build.lock"), Path.of(Long.toString(dead.pid())));
    assertEquals(RUN, launch().run().out());
  }

  @Test
  void failedBuildShowsErrorsAndIsRetried() throws Exception {
    maven(
        """
        echo '[INFO] Scanning for projects'
        echo '[WARNING] /src/A.java:[1,2] [UnusedVariable] a warning'
        echo '[ERROR] a missing semicolon'
        echo '[ERROR] Re-run Maven using the -X switch'
        exit 1\
        """);
    Launch.Result failed = launch().run();
    assertEquals(1, failed.exit());
    assertEquals("", failed.out());
    assertTrue(failed.err().contains("[ERROR] a missing semicolon"), failed::err);
    assertTrue(failed.err().contains("[UnusedVariable] a warning"), failed::err);
    assertFalse(failed.err().contains("Scanning"), failed::err);
    assertFalse(failed.err().contains("Re-run"), failed::err);
    assertTrue(failed.err().contains("build failed"), failed::err);
    launch().run();
    assertEquals(2, builds());
  }

  @Test
  void failedBuildWithoutErrorLinesShowsTheWholeLog() throws Exception {
    maven("echo 'mvn: cannot run'; exit 1");
    Launch.Result failed = launch().run();
    assertEquals(1, failed.exit());
    assertTrue(failed.err().contains("mvn: cannot run"), failed::err);
  }

  @Test
  void missingMavenIsReportedInOneLine() throws Exception {
    Launch.Result result = launch().with("PATH", tools).run();
    assertEquals(2, result.exit());
    assertEquals("", result.out());
    assertTrue(result.err().lines().toList().getLast().contains("needs Maven 3.8"), result::err);
  }

  /** Not even root can write below /sys. */
  @Test
  void readOnlyCheckoutIsReportedAndItsExistingBuildRuns() throws Exception {
    Path target = Files.createSymbolicLink(checkout.resolve("target"), Path.of("/sys"));
    Launch.Result none = launch().run();
    assertEquals(1, none.exit());
    assertTrue(none.err().contains("cannot write to " + target + " ("), none::err);
    assertEquals(1, none.err().lines().count(), none::err);
    Files.delete(target);
    launch().run();
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusMillis(50)));
    try (Stream<Path> files = Files.walk(target)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
    Files.createSymbolicLink(target, Path.of("/sys"));
    Launch.Result old = launch().run();
    assertEquals(0, old.exit(), old::err);
    assertEquals(RUN, old.out());
    assertTrue(old.err().contains("running the existing build"), old::err);
    assertEquals(1, builds());
  }

  @Test
  void firstBuildShowsProgressOnATerminal() throws Exception {
    maven(
        "sleep 1.2; mkdir -p cli/target/orderflow/lib && touch"
            + " cli/target/orderflow/lib/orderflow-cli.jar cli/target/orderflow/.built");
    Launch.Result result =
        Launch.ofCommand(
                "/usr/bin/script", "-qec", "'" + checkout.resolve("orderflow") + "'", "/dev/null")
            .with("SHELL", "/bin/sh")
            .with("PATH", here.resolve("maven") + ":" + tools)
            .with("ORDERFLOW_JAVA_HOME", here.resolve("jdk"))
            .run();
    assertTrue(result.out().contains("first run, takes some minutes"), result::out);
    assertTrue(result.out().contains("building, 1 s"), result::out);
  }

  @Test
  void finishedBuildRunsWithoutMaven() throws Exception {
    launch().run();
    assertEquals(new Launch.Result(0, RUN, ""), launch().with("PATH", tools).run());
  }
}
