package orderflow.cli.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kill, output and memory limits of a broker in its own process. */
@Timeout(300)
final class BrokerProcessTest {
  private static final String HEAP = "256m";
  private static final String QUEUE = "q";

  @TempDir private Path folder;

  @Test
  void keepsConfirmedMessagesWhenKilled() throws Exception {
    Path data = folder.resolve("data");
    Set<String> confirmed;
    try (BrokerProcess broker = BrokerProcess.start(folder, HEAP, "durable", data.toString())) {
      confirmed = publishUntilKilled(broker, 2_000);
    }
    try (BrokerProcess broker = BrokerProcess.start(folder, HEAP, "durable", data.toString());
        TestClient client = TestClient.of(broker.uri())) {
      Set<String> found = new TreeSet<>(client.takeAll(QUEUE));
      Set<String> lost = new TreeSet<>(confirmed);
      lost.removeAll(found);
      assertEquals(Set.of(), lost);
      assertTrue(confirmed.size() >= 2_000, "killed too early: " + confirmed.size());
    }
  }

  @Test
  void namesTheProcessThatUsesTheDataFolder() throws Exception {
    Path data = folder.resolve("data");
    try (BrokerProcess owner = BrokerProcess.start(folder, HEAP, "durable", data.toString())) {
      DataFolderInUseException e =
          assertThrows(
              DataFolderInUseException.class, () -> EmbeddedBroker.durable(0, data).close());
      assertTrue(String.valueOf(e.getMessage()).contains("process " + owner.pid()), e.toString());
      assertTrue(String.valueOf(e.getMessage()).contains(data.toString()), e.toString());

      owner.kill();
      EmbeddedBroker.durable(0, data).close();
    }
  }

  @Test
  void printsNothingAndLeavesNoFiles() throws Exception {
    try (BrokerProcess broker = BrokerProcess.start(folder, HEAP, "memory")) {
      try (TestClient client = TestClient.of(broker.uri())) {
        client.declare(QUEUE);
        client.publish(QUEUE, List.of("m"));
      }
      broker.end();

      assertEquals(List.of(), broker.output());
      assertEquals("", broker.errorOutput());
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(), files.filter(file -> !file.toString().endsWith(".log")).toList());
    }
  }

  @Test
  void durableBrokerPrintsNothing() throws Exception {
    String data = folder.resolve("data").toString();
    for (int i = 0; i < 2; i++) {
      try (BrokerProcess broker = BrokerProcess.start(folder, HEAP, "durable", data)) {
        try (TestClient client = TestClient.of(broker.uri())) {
          client.declare(QUEUE);
          client.publish(QUEUE, List.of("m"));
        }
        broker.end();

        assertEquals(List.of(), broker.output());
        assertEquals("", broker.errorOutput());
      }
    }
  }

  @Test
  void keepsRunningWhileTheServicesDrain() throws Exception {
    try (BrokerProcess broker = BrokerProcess.start(folder, HEAP, "memory", "", "end slowly")) {
      broker.terminate();

      assertEquals(List.of("reachable to the end"), broker.output());
    }
  }

  /** Without a limit, the broker's JVM runs out of memory. */
  @Test
  void blocksPublishersWhenAQueueIsFull() throws Exception {
    int count = 40_000;
    try (BrokerProcess broker = BrokerProcess.start(folder, "64m", "memory");
        TestClient publisher = TestClient.of(broker.uri());
        TestClient consumer = TestClient.of(broker.uri())) {
      publisher.declare(QUEUE);
      Thread publishing = Thread.ofPlatform().start(() -> publishAll(publisher.channel, count));
      int depth = awaitHeldBack(publishing, consumer);
      assertTrue(depth < count, "held back after the end: " + depth);

      CountDownLatch all = new CountDownLatch(count);
      consumer.channel.basicConsume(QUEUE, true, (_, _) -> all.countDown(), _ -> {});
      assertTrue(
          all.await(TestClient.WAIT_MILLIS, TimeUnit.MILLISECONDS), "left: " + all.getCount());
      publishing.join(TestClient.WAIT_MILLIS);
      assertTrue(publisher.channel.waitForConfirms(TestClient.WAIT_MILLIS));
    }
  }

  /** Large bodies are on disk, not in memory outside the heap. */
  @Test
  void storesMoreBytesThanItsHeap() throws Exception {
    int count = 150;
    byte[] body = new byte[1_000_000];
    String data = folder.resolve("data").toString();
    try (BrokerProcess broker = BrokerProcess.start(folder, "96m", "durable", data);
        TestClient client = TestClient.of(broker.uri())) {
      client.declare(QUEUE);
      client.channel.confirmSelect();
      for (int i = 0; i < count; i++) {
        client.channel.basicPublish("", QUEUE, true, MessageProperties.PERSISTENT_BASIC, body);
        client.channel.waitForConfirmsOrDie(TestClient.WAIT_MILLIS);
      }
      for (int i = 0; i < count; i++) {
        assertEquals(body.length, client.take(QUEUE).getBody().length);
      }
    }
  }

  /** As RabbitMQ does; otherwise one message exhausts the heap. */
  @ParameterizedTest
  @ValueSource(strings = {"memory", "durable"})
  void refusesAMessageLargerThanItsLimit(String kind) throws Exception {
    int most = 10_000_000;
    String data = folder.resolve("data").toString();
    try (BrokerProcess broker = BrokerProcess.start(folder, "96m", kind, data);
        TestClient careless = TestClient.of(broker.uri());
        TestClient client = TestClient.of(broker.uri())) {
      client.declare(QUEUE);
      BlockingQueue<String> reasons = new LinkedBlockingQueue<>();
      careless.channel.addShutdownListener(
          cause -> reasons.add(String.valueOf(cause.getMessage())));
      careless.channel.basicPublish(
          "", QUEUE, true, MessageProperties.PERSISTENT_BASIC, new byte[10 * most]);
      String reason = reasons.poll(TestClient.WAIT_MILLIS, TimeUnit.MILLISECONDS);
      assertTrue(reason != null && reason.contains("reply-code=311"), reason);

      client.channel.confirmSelect();
      client.channel.basicPublish(
          "", QUEUE, true, MessageProperties.PERSISTENT_BASIC, new byte[most]);
      client.channel.waitForConfirmsOrDie(TestClient.WAIT_MILLIS);
      assertEquals(most, client.take(QUEUE).getBody().length);
    }
  }

  /** Kills the broker during publishing; returns the confirmed bodies. */
  private static Set<String> publishUntilKilled(BrokerProcess broker, int enough) throws Exception {
    Set<String> confirmed = ConcurrentHashMap.newKeySet();
    try (TestClient client = TestClient.of(broker.uri())) {
      client.declare(QUEUE);
      Channel channel = client.channel;
      channel.confirmSelect();
      CountDownLatch reached = new CountDownLatch(enough);
      channel.addConfirmListener(
          (tag, multiple) -> {
            assertTrue(!multiple, "this broker confirms one by one");
            confirmed.add("m" + tag);
            reached.countDown();
          },
          (_, _) -> {});
      Thread killer =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  reached.await(TestClient.WAIT_MILLIS, TimeUnit.MILLISECONDS);
                  broker.kill();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      try {
        for (int i = 1; i < 50 * enough; i++) {
          channel.basicPublish(
              "", QUEUE, true, MessageProperties.PERSISTENT_BASIC, TestClient.bytes("m" + i));
        }
      } catch (IOException | RuntimeException e) {
        // expected; the caller checks that enough were confirmed
        assertTrue(confirmed.size() >= enough, e.toString());
      }
      killer.join();
    }
    return confirmed;
  }

  private static void publishAll(Channel channel, int count) {
    byte[] body = new byte[1_000];
    try {
      channel.confirmSelect();
      for (int i = 0; i < count; i++) {
        channel.basicPublish("", QUEUE, true, MessageProperties.PERSISTENT_BASIC, body);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The depth of a full queue while its publisher is blocked. */
  private static int awaitHeldBack(Thread publishing, TestClient client) throws Exception {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TestClient.WAIT_MILLIS);
    int depth = 0;
    int same = 0;
    while (same < 20) {
      assertTrue(System.nanoTime() - end < 0, "never held back, at " + depth);
      int now = client.depth(QUEUE);
      boolean full = now >= EmbeddedBrokerSettings.queueLimit(0);
      boolean waiting = publishing.getState() == Thread.State.WAITING;
      same = full && waiting && now == depth ? same + 1 : 0;
      depth = now;
    }
    return depth;
  }
}
