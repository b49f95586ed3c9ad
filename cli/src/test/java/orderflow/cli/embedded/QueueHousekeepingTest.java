package orderflow.cli.embedded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.Frame;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.Delivery;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.RabbitBroker;
import org.apache.qpid.server.logging.messages.QueueMessages;
import org.apache.qpid.server.model.Queue;
import org.apache.qpid.server.model.VirtualHostNode;
import org.apache.qpid.server.queue.AbstractQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Confirmed messages survive the housekeeping of queues. */
@Timeout(60)
class QueueHousekeepingTest {
  private static final Duration WAIT = Duration.ofSeconds(10);
  private static final String QUEUE = "kept";
  private static final byte[] NOT_UTF_8 = {(byte) 0xff, (byte) 0xfe};
  private static final int PREFIX = 12;

  /** Header tables that Qpid cannot decode. */
  private static final List<byte[]> TABLES =
      List.of(
          entry('L', new byte[8]),
          entry('S', sized(NOT_UTF_8)),
          entry('F', sized(entry('S', sized(NOT_UTF_8)))),
          entry('?', new byte[3]),
          entry('S', ByteBuffer.allocate(4).putInt(1_000).array()),
          new byte[] {(byte) 200, 'n'});

  @Test
  void inMemoryBrokerKeepsMessagesWithUndecodableHeaders() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory(0)) {
      publishAll(broker);
      keepHouse(broker);
      assertAllThere(broker);
    }
  }

  @Test
  void durableBrokerKeepsMessagesWithUndecodableHeadersAcrossARestart(@TempDir Path folder)
      throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.durable(0, folder)) {
      publishAll(broker);
      keepHouse(broker);
      assertAllThere(broker);
    }
    try (EmbeddedBroker broker = EmbeddedBroker.durable(0, folder)) {
      keepHouse(broker);
      assertAllThere(broker);
    }
  }

  @Test
  void logsDropsAndBlocksAsWarningsAndNothingElse() {
    var logger = (Logger) LoggerFactory.getLogger(BrokerEventLogger.class);
    var logged = new ListAppender<ILoggingEvent>();
    logged.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(logged);
    try {
      var events = new BrokerEventLogger();
      events.message(() -> "[queue] ", QueueMessages.MALFORMED_MESSAGE("7", "DELETE"));
      events.message(QueueMessages.OVERFULL(1, 2, 3, 4));
      events.message(QueueMessages.OPERATION("looked at"));
    } finally {
      logger.detachAppender(logged);
      logger.setLevel(null);
    }
    assertEquals(
        List.of(
            "WARN The embedded broker: [queue] QUE-1006 : Malformed : 7 : DELETE",
            "WARN The embedded broker: QUE-1003 : Overfull : Size : 1 bytes, Capacity : 2,"
                + " Messages : 3, Message Capacity : 4"),
        logged.list.stream()
            .map(event -> event.getLevel() + " " + event.getFormattedMessage())
            .toList());
  }

  private static void publishAll(EmbeddedBroker broker) throws Exception {
    try (TestClient client = TestClient.of(broker)) {
      client.declare(QUEUE);
      client.channel.confirmSelect();
      for (byte[] table : TABLES) {
        client.channel.basicPublish("", QUEUE, true, new Encoded(table), TestClient.bytes("x"));
        client.channel.waitForConfirmsOrDie(TestClient.WAIT_MILLIS);
      }
    }
  }

  /** Runs the housekeeping that the broker runs every 30 s and when memory is short. */
  private static void keepHouse(EmbeddedBroker broker) {
    for (VirtualHostNode<?> node : broker.runtime().broker().getVirtualHostNodes()) {
      for (Queue<?> queue : node.getVirtualHost().getChildren(Queue.class)) {
        var kept = (AbstractQueue<?>) queue;
        kept.checkMessageStatus();
        kept.reallocateMessages();
        kept.visit(entry -> {
          entry.getMessage().getStoredMessage().flowToDisk();
          return false;
        });
        kept.checkMessageStatus();
      }
    }
  }

  private static void assertAllThere(EmbeddedBroker broker) throws Exception {
    var reading =
        new RabbitBroker(BrokerSettings.of(URI.create(broker.uri()), "test")).withoutDeclaring();
    try (QueueBrowser browser = reading.openBrowser()) {
      assertEquals(TABLES.size(), browser.depth(QUEUE).orElseThrow());
      List<Delivery> seen = new ArrayList<>(browser.peek(QUEUE, 100, WAIT));
      assertEquals(TABLES.size(), seen.size());
      for (byte[] table : TABLES) {
        byte[] encoded = seen.removeFirst().properties().encode();
        byte[] end =
            Arrays.copyOfRange(encoded, encoded.length - 1 - table.length, encoded.length - 1);
        assertTrue(encoded.length > PREFIX + table.length);
        assertArrayEquals(table, end);
      }
    }
  }

  /** Persistent, with these headers. */
  private static final class Encoded extends BasicProperties {
    private final byte[] table;

    Encoded(byte[] table) {
      this.table = table;
    }

    @Override
    public Frame toFrame(int channel, long bodySize) throws IOException {
      var frame = new Frame(AMQP.FRAME_HEADER, channel);
      DataOutputStream out = frame.getOutputStream();
      out.writeShort(60);
      out.writeShort(0);
      out.writeLong(bodySize);
      out.writeShort(1 << 13 | 1 << 12);
      out.write(sized(table));
      out.writeByte(2);
      return frame;
    }
  }

  private static byte[] entry(char type, byte[] value) {
    return ByteBuffer.allocate(3 + value.length)
        .put((byte) 1)
        .put((byte) 'n')
        .put((byte) type)
        .put(value)
        .array();
  }

  private static byte[] sized(byte[] value) {
    return ByteBuffer.allocate(4 + value.length).putInt(value.length).put(value).array();
  }
}
