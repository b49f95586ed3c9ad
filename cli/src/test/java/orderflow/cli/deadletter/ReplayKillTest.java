package orderflow.cli.deadletter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import orderflow.messaging.Publisher;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Subscription;
import orderflow.rabbit.PrivateRabbitNode;
import orderflow.rabbit.RabbitInstallation;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL in the middle of a replay of 10,000 dead letters that another program made, again and
 * again, loses none.
 */
@Timeout(240)
class ReplayKillTest {
  private static final int DEAD_LETTERS = 10_000;
  private static final int KILLS = 4;
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration WAIT = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void killedReplayLosesNothingOnTheEmbeddedBroker() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory(0)) {
      killAgainAndAgain(broker.uri());
    }
  }

  @Test
  void killedReplayLosesNothingOnRabbitMq() throws Exception {
    var installation = RabbitInstallation.find(System.getenv());
    if (installation.isEmpty()) {
      assertFalse(
          System.getProperty("orderflow.real", "").equals("required"),
          RabbitInstallation.NOT_FOUND);
      Assumptions.abort(RabbitInstallation.NOT_FOUND);
    }
    try (PrivateRabbitNode node = PrivateRabbitNode.create(installation.get())) {
      node.start();
      killAgainAndAgain(node.uri());
    }
  }

  private void killAgainAndAgain(String uri) throws Exception {
    var broker = new RabbitBroker(BrokerSettings.of(URI.create(uri), "test"));
    broker.declareTopology();
    fill(broker);
    try (QueueBrowser browser = broker.openBrowser()) {
      for (int kill = 1; kill <= KILLS; kill++) {
        Process replay = replay(uri);
        awaitDepth(browser, "order_placed", (long) kill * DEAD_LETTERS / (KILLS + 1), replay);
        replay.destroyForcibly();
        assertTrue(replay.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS));
      }
      Process last = replay(uri);
      assertTrue(last.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), "does not end");
      assertEquals(0, last.exitValue());
      assertEquals(0, browser.depth("order_placed_dlq").orElseThrow());
    }
    assertEquals(DEAD_LETTERS, orders(broker).size());
  }

  private static void fill(RabbitBroker broker) throws InterruptedException {
    try (Publisher publisher = broker.openPublisher(CONFIRM_TIMEOUT)) {
      for (int n = 0; n < DEAD_LETTERS; n++) {
        while (publisher.remainingCapacity() == 0) {
          publisher.confirmedIds(WAIT);
        }
        publisher.publish(
            n, new Message("", "order_placed_dlq", MessageProperties.none(), body(n)));
      }
      while (publisher.outstanding() > 0) {
        publisher.confirmedIds(WAIT);
      }
    }
  }

  private static byte[] body(int n) {
    return "{\"order_id\":\"kill-%05d\",\"item_id\":\"widget\",\"qty\":1,\"user_id\":\"u1\"}"
        .formatted(n)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private Process replay(String uri) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "orderflow.cli.Orderflow",
            "dlq-replay",
            "--uri",
            uri)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
        .start();
  }

  private static void awaitDepth(QueueBrowser browser, String queue, long depth, Process replay)
      throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (browser.depth(queue).orElseThrow() < depth && replay.isAlive()) {
      assertTrue(System.nanoTime() - deadline < 0, "too slow");
      Thread.sleep(1);
    }
  }

  /** The distinct ids of all replayed messages. */
  private static Set<String> orders(RabbitBroker broker) throws InterruptedException {
    Set<String> ids = new TreeSet<>();
    try (Subscription back = broker.subscribe("order_placed", 500)) {
      List<Delivery> batch = back.poll(500, WAIT);
      while (!batch.isEmpty()) {
        for (Delivery delivery : batch) {
          ids.add(String.valueOf(DeadLetterInfo.orderIdOf(delivery)));
        }
        back.ackAll(batch);
        batch = back.poll(500, WAIT);
      }
    }
    return ids;
  }
}
