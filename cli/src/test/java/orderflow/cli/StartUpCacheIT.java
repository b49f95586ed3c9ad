package orderflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The AOT cache makes starts faster and has no other effect. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StartUpCacheIT {
  private static final Path JDK = Path.of(System.getProperty("java.home"));
  private static final String FROM_CACHE = "orderflow.cli.Orderflow source: shared objects file";

  private Path tools = Path.of("");
  private Installation real = new Installation(Path.of(""));
  private Path here = Path.of("");
  private Installation echo = new Installation(Path.of(""));

  @BeforeAll
  void install(@TempDir Path folder) throws Exception {
    tools = Launch.tools(folder);
    real = Installation.unpacked(folder.resolve("un packed"));
  }

  @BeforeEach
  void ownFolder(@TempDir Path folder) throws Exception {
    here = folder;
    echo = Installation.echo(real, here.resolve("ec ho"));
  }

  private Launch launch(Installation installation, String... arguments) {
    return Launch.of(installation.launcher(), arguments)
        .with("PATH", tools)
        .with("HOME", here.resolve("home"))
        .with("ORDERFLOW_JAVA_HOME", JDK);
  }

  private Launch tellingClasses(Installation installation) {
    return launch(installation, "--version").with("ORDERFLOW_JAVA_OPTS", "-Xlog:class+load");
  }

  @Test
  void firstStartCreatesTheCacheAndSecondUsesIt() throws Exception {
    Launch.Result first = launch(real, "--version").run();
    assertEquals(0, first.exit());
    assertEquals("", first.err());
    assertEquals(1, first.out().lines().count(), first::out);

    Launch.until("a cache in " + real.cache(), () -> Installation.holdsOneCache(real.cache()));
    assertTrue(tellingClasses(real).run().out().contains(FROM_CACHE));
    assertEquals(first, launch(real, "--version").run());
    assertFalse(
        Files.exists(here.resolve("home")),
        "an installation that can keep its cache needs no home");
  }

  @Test
  void brokenCacheIsIgnored() throws Exception {
    Launch.Result first = launch(real, "--version").with("ORDERFLOW_AOT", "wait").run();
    assertTrue(
        Installation.holdsOneCache(real.cache()),
        () -> Installation.names(real.cache()).toString());
    Files.writeString(real.cache().resolve(Installation.names(real.cache()).getFirst()), "broken");
    assertEquals(first, launch(real, "--version").run());
  }

  @Test
  void newBuildDoesNotUseTheOldCache() throws Exception {
    launch(echo).with("ORDERFLOW_AOT", "wait").run();
    assertTrue(tellingClasses(echo).run().out().contains(FROM_CACHE));
    Files.writeString(echo.lib().resolve("build-id"), "another\n");
    assertFalse(tellingClasses(echo).run().out().contains(FROM_CACHE));
  }

  @Test
  void readOnlyInstallationUsesTheUserCacheFolder() throws Exception {
    // Read-only modes do not stop root; a file instead of the folder does.
    Files.createFile(echo.cache());
    launch(echo).with("ORDERFLOW_AOT", "wait").run();
    assertTrue(Installation.holdsOneCache(here.resolve("home/.cache/orderflow")));
    assertTrue(tellingClasses(echo).run().out().contains(FROM_CACHE));

    launch(echo).with("ORDERFLOW_AOT", "wait").with("XDG_CACHE_HOME", here.resolve("xdg")).run();
    assertTrue(Installation.holdsOneCache(here.resolve("xdg/orderflow")));
  }

  @Test
  void runsWithoutCacheWhenNoFolderIsWritable() throws Exception {
    Files.createFile(echo.cache());
    Path file = Files.createFile(here.resolve("file"));
    Launch.Result result = launch(echo, "x").with("ORDERFLOW_AOT", "wait").with("HOME", file).run();
    assertEquals(0, result.exit());
    assertEquals("", result.err());
  }

  @Test
  void concurrentFirstStartsCreateOneCache() throws Exception {
    List<Launch.Running> starts = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      starts.add(launch(echo, "x").start());
    }
    for (Launch.Running start : starts) {
      Launch.Result result = start.result();
      assertEquals(0, result.exit(), result::err);
      assertEquals("", result.err());
    }
    Launch.until(
        "one cache and nothing else in " + echo.cache(),
        () -> Installation.holdsOneCache(echo.cache()));
    assertTrue(tellingClasses(echo).run().out().contains(FROM_CACHE));
  }
}
