package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orderflow.cli.Cli;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
  private static final int LIMIT_SECONDS = 240;

  @TempDir Path folder;

  @Test
  @Timeout(LIMIT_SECONDS)
  void demoPassesAndLeavesOnlyItsReport() throws IOException {
    Set<String> before = temporaryFolders();
    Set<String> threads = brokerThreads();
    Path page = folder.resolve("demo.html");
    Cli.Result result = new Cli().run("demo", "--report", page.toString());

    assertEquals(0, result.exit(), result.out() + result.err());
    for (String name : List.of("backlog", "duplicate", "poison")) {
      assertTrue(
          result.out().lines().anyMatch(line -> line.startsWith("PASS  " + name)), result.out());
    }
    assertTrue(result.out().contains("3 passed, 0 failed, 0 skipped"), result.out());
    assertTrue(result.out().contains("published 3 times, 1 effect, 2 skipped"), result.out());
    assertTrue(result.out().contains("messages dead-lettered once, every byte kept"));
    assertTrue(result.err().contains("! inventory stopped"), result.err());
    assertTrue(Files.readString(page).contains("orderflow demo"));
    awaitNoneBut(before);
    assertEquals(threads, brokerThreads());
  }

  private static Set<String> temporaryFolders() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("orderflow-verify-"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** Another process's demo may run beside this one, and takes its folder away when it ends. */
  private static void awaitNoneBut(Set<String> before) throws IOException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    Set<String> left;
    do {
      left = temporaryFolders();
      left.removeAll(before);
      Thread.onSpinWait();
    } while (!left.isEmpty() && System.nanoTime() - deadline < 0);
    assertEquals(Set.of(), left);
  }

  private static Set<String> brokerThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("IO-") || name.startsWith("amqp-"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
