package orderflow.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import orderflow.rabbit.FreePorts;
import orderflow.rabbit.PrivateRabbitNode;
import orderflow.rabbit.RabbitInstallation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Needs an installed RabbitMQ, whatever source the other tests use. */
@Tag("real-rabbit")
@Timeout(600)
final class PrivateRabbitNodeTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Less than the 10 s limit of a kill. */
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(9);

  private RabbitInstallation installation = new RabbitInstallation(Path.of("/"), Path.of("/"));

  @BeforeEach
  void needsAnInstalledServer() {
    Optional<RabbitInstallation> found = RabbitInstallation.find(System.getenv());
    assumeTrue(found.isPresent(), RabbitInstallation.NOT_FOUND);
    installation = found.get();
  }

  @Test
  void addressAndConfirmedMessagesSurviveStopAndKill() throws Exception {
    try (PrivateRabbitNode node = PrivateRabbitNode.create(installation)) {
      node.start();
      String uri = node.uri();
      TestAmqpClient.publishConfirmed(uri, "kept", "before the stop");

      node.stop();
      assertFalse(node.isRunning());
      assertFalse(FreePorts.isListening(node.port()));
      node.start();
      TestAmqpClient.publishConfirmed(uri, "kept", "before the kill");
      node.kill();
      assertFalse(node.isRunning());
      assertFalse(FreePorts.isListening(node.port()));
      node.start();

      assertEquals(uri, node.uri());
      assertEquals(
          List.of("before the stop", "before the kill"), TestAmqpClient.takeAll(uri, "kept"));
    }
  }

  @Test
  void ctlControlsThisNodeOnlyAndCloseLeavesNothing() throws Exception {
    Set<ProcessHandle> before = ProcessHandle.current().descendants().collect(Collectors.toSet());
    PrivateRabbitNode node = PrivateRabbitNode.create(installation);
    Set<ProcessHandle> ours;
    try (node) {
      node.start();
      assertTrue(node.version().matches("\\d+\\.\\d+\\.\\d+.*"), node.version());
      assertThrows(IllegalStateException.class, node::start);

      assertTrue(node.ctl("eval", "node().").contains("orderflow-" + node.port() + "@localhost"));
      IOException unknown = assertThrows(IOException.class, () -> node.ctl("no_such_command"));
      assertTrue(String.valueOf(unknown.getMessage()).contains("no_such_command"));

      ours = new HashSet<>(ProcessHandle.current().descendants().toList());
      ours.removeAll(before);
      assertTrue(ours.size() >= 3, "server, port mapper, guard: " + ours);
      assertTimeout(CLOSE_LIMIT, node::close, "a JVM that ends waits for it");
    }

    assertFalse(Files.exists(node.folder()));
    assertFalse(FreePorts.isListening(node.port()));
    Await.until("no process is left", LIMIT, () -> ours.stream().noneMatch(ProcessHandle::isAlive));
    assertThrows(IllegalStateException.class, node::start);
  }

  @Test
  void killedJvmLeavesNothing() throws Exception {
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OwnerToBeKilled.class.getName())
            .redirectError(Redirect.INHERIT)
            .start();
    List<ProcessHandle> ours;
    Path folder;
    try (BufferedReader out = jvm.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      assertNotNull(line, "the JVM printed no folder");
      folder = Path.of(line);
      ours = jvm.descendants().toList();
      assertTrue(ours.size() >= 3, "server, port mapper, guard: " + ours);
      assertTrue(Files.isDirectory(folder));
    } finally {
      jvm.destroyForcibly();
    }

    Await.until("no process is left", LIMIT, () -> ours.stream().noneMatch(ProcessHandle::isAlive));
    Await.until("the folder is gone", LIMIT, () -> !Files.exists(folder));
  }

  @Test
  void failedStartContainsTheServersLog() throws Exception {
    try (PrivateRabbitNode node = PrivateRabbitNode.create(installation)) {
      Files.writeString(node.folder().resolve("rabbitmq.conf"), "no_such_setting = 1\n");

      IOException failure = assertThrows(IOException.class, node::start);

      assertTrue(
          String.valueOf(failure.getMessage()).contains("no_such_setting"), failure::toString);
      assertFalse(node.isRunning());
    }
  }

  @Test
  void wrapperScriptIsNotUsedAsServer() throws Exception {
    Path wrappers = Files.createTempDirectory("orderflow-wrappers-");
    Path wrapper = Files.createFile(wrappers.resolve("rabbitmq-server"));
    try {
      assertTrue(wrapper.toFile().setExecutable(true));
      String path = wrappers + ":" + System.getenv("PATH");

      Optional<RabbitInstallation> found = RabbitInstallation.find(Map.of("PATH", path));

      assertEquals(installation, found.orElseThrow());
    } finally {
      Files.delete(wrapper);
      Files.delete(wrappers);
    }
  }

  /** A JVM that starts a node, prints its folder and waits to be killed. */
  static final class OwnerToBeKilled {
    private OwnerToBeKilled() {}

    static void main(String[] args) throws Exception {
      RabbitInstallation installation = RabbitInstallation.find(System.getenv()).orElseThrow();
      PrivateRabbitNode node = PrivateRabbitNode.create(installation);
      node.start();
      System.out.println(node.folder());
      System.out.flush();
      int endOfTheTest = System.in.read();
      System.exit(endOfTheTest);
    }
  }
}
