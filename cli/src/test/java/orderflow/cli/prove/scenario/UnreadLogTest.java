package orderflow.cli.prove.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.event.OrderPlaced;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.Message;
import orderflow.messaging.Publisher;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology;
import orderflow.testing.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class UnreadLogTest {
  /** Writes several times more log lines than a pipe buffers. */
  private static final int ORDERS = 4_000;

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void unreadLogBlocksNoServiceAndLosesNoLine() throws Exception {
    try (EmbeddedBroker embedded = EmbeddedBroker.inMemory(0)) {
      var broker = new RabbitBroker(BrokerSettings.of(URI.create(embedded.uri()), "test"));
      broker.declareTopology();
      Process service =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx128m",
                  "-XX:TieredStopAtLevel=1",
                  "--enable-native-access=ALL-UNNAMED",
                  "--sun-misc-unsafe-memory-access=allow",
                  "-cp",
                  System.getProperty("java.class.path"),
                  "orderflow.cli.Orderflow",
                  "serve-inventory",
                  "--uri",
                  embedded.uri(),
                  "--port",
                  "0",
                  "--data-dir",
                  folder.toString())
              .start();
      try (QueueBrowser queues = broker.openBrowser()) {
        publish(broker);
        Await.until(
            "each order has its outcome",
            LIMIT,
            () -> queues.depth(Topology.INVENTORY_RESERVED).orElse(0) >= ORDERS);
        service.toHandle().destroy();
        List<String> log =
            new String(service.getErrorStream().readAllBytes(), UTF_8)
                .lines()
                .filter(line -> line.contains("Processed order_id="))
                .map(line -> line.replaceAll(".*order_id=(\\S+) .*", "$1"))
                .toList();
        assertEquals(IntStream.range(0, ORDERS).mapToObj(i -> "o-" + i).toList(), log);
      } finally {
        service.destroyForcibly().waitFor();
      }
    }
  }

  private static void publish(RabbitBroker broker) throws InterruptedException {
    try (Publisher publisher = broker.openPublisher(LIMIT)) {
      for (int i = 0; i < ORDERS; i++) {
        while (publisher.remainingCapacity() == 0) {
          publisher.confirmedIds(Duration.ofMillis(50));
        }
        var order = new OrderPlaced("o-" + i, "widget", 1, "u");
        publisher.publish(i, Message.of(order, Clock.systemUTC().instant(), "test"));
      }
      while (publisher.outstanding() > 0) {
        publisher.confirmedIds(Duration.ofMillis(50));
      }
    }
  }
}
