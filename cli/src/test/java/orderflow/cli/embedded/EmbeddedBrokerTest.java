package orderflow.cli.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import orderflow.http.PortInUseException;
import orderflow.rabbit.AmqpProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Start, close, and the errors of a start. */
@Timeout(300)
final class EmbeddedBrokerTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  @TempDir private Path folder;

  @Test
  void closeLeavesNoThreadAndFreesThePort() throws Exception {
    // Qpid starts some threads once for all brokers
    EmbeddedBroker.inMemory(0).close();
    Set<String> before = threads();
    int port = 0;
    for (int i = 0; i < 3; i++) {
      try (EmbeddedBroker broker = EmbeddedBroker.durable(port, folder);
          TestClient client = TestClient.of(broker)) {
        port = broker.port();
        client.declare("q");
        assertEquals(i, client.depth("q"));
        client.publish("q", List.of("m"));
      }
    }
    assertEquals(before, awaitNoMoreThan(before));
  }

  @Test
  void severalBrokersRunInOneJvm() throws Exception {
    try (EmbeddedBroker one = EmbeddedBroker.inMemory(0);
        EmbeddedBroker other = EmbeddedBroker.durable(0, folder);
        TestClient client = TestClient.of(one);
        TestClient otherClient = TestClient.of(other)) {
      client.declare("q");
      client.publish("q", List.of("m"));
      otherClient.declare("q");

      assertEquals(0, otherClient.depth("q"));
      assertEquals(1, client.depth("q"));
    }
  }

  @Test
  void closeDisconnectsClients() throws Exception {
    EmbeddedBroker broker = EmbeddedBroker.inMemory(0);
    try (TestClient client = TestClient.of(broker)) {
      broker.close();
      broker.close();

      assertFalse(client.isOpen());
      assertEquals(
          AmqpProbe.Result.NOTHING, AmqpProbe.of("127.0.0.1", broker.port(), LIMIT).result());
    }
  }

  @Test
  void reportsAPortInUse() throws Exception {
    try (ServerSocket owner = new ServerSocket(0, 1, InetAddress.getByAddress(LOOPBACK))) {
      int port = owner.getLocalPort();
      PortInUseException e =
          assertThrows(PortInUseException.class, () -> EmbeddedBroker.inMemory(port));
      assertEquals(port, e.port());
      assertThrows(PortInUseException.class, () -> EmbeddedBroker.durable(port, folder));
    }
    EmbeddedBroker.durable(0, folder).close();
  }

  @Test
  void reportsADataFolderInUse() {
    try (EmbeddedBroker owner = EmbeddedBroker.durable(0, folder)) {
      DataFolderInUseException e =
          assertThrows(DataFolderInUseException.class, () -> EmbeddedBroker.durable(0, folder));
      assertEquals(folder, e.folder());
      assertEquals(AmqpProbe.Result.AMQP, AmqpProbe.of("127.0.0.1", owner.port(), LIMIT).result());
    }
    EmbeddedBroker.durable(0, folder).close();
  }

  @Test
  void reportsAnUnusableDataFolder() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    BrokerStartException e =
        assertThrows(BrokerStartException.class, () -> EmbeddedBroker.durable(0, file));
    assertTrue(String.valueOf(e.getMessage()).contains(file.toString()), e.toString());
  }

  @Test
  void failedStartReleasesTheFolder() throws Exception {
    Path store = Files.createFile(folder.resolve("messages"));
    assertThrows(BrokerStartException.class, () -> EmbeddedBroker.durable(0, folder));
    Files.delete(store);
    EmbeddedBroker.durable(0, folder).close();
  }

  /** A broker on all interfaces would answer on 127.0.0.2 too. */
  @Test
  void listensOnLoopbackOnly() {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory(0)) {
      assertEquals(
          AmqpProbe.Result.NOTHING, AmqpProbe.of("127.0.0.2", broker.port(), LIMIT).result());
    }
  }

  @Test
  void queueLimitGrowsWithTheHeap() {
    long mib = 1024 * 1024;
    assertEquals(10_000, EmbeddedBrokerSettings.queueLimit(32 * mib));
    assertEquals(98_304, EmbeddedBrokerSettings.queueLimit(256 * mib));
    assertEquals(491_520, EmbeddedBrokerSettings.queueLimit(1024 * mib));
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        // threads of the JVM
        .filter(name -> !name.startsWith("ForkJoinPool.commonPool"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> awaitNoMoreThan(Set<String> expected) {
    long end = System.nanoTime() + LIMIT.toNanos();
    Set<String> now = threads();
    while (!expected.containsAll(now) && System.nanoTime() - end < 0) {
      Thread.onSpinWait();
      now = threads();
    }
    now.addAll(expected);
    return now;
  }
}
