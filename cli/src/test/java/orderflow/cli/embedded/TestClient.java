package orderflow.cli.embedded;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A plain AMQP client with helpers for these tests. Used by one thread. */
final class TestClient implements AutoCloseable {
  static final int WAIT_MILLIS = 60_000;

  private final Connection connection;
  final Channel channel;

  private TestClient(Connection connection, Channel channel) {
    this.connection = connection;
    this.channel = channel;
  }

  static ConnectionFactory factory(String uri) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(uri);
    factory.setAutomaticRecoveryEnabled(false);
    factory.setConnectionTimeout(WAIT_MILLIS);
    return factory;
  }

  static TestClient of(EmbeddedBroker broker) throws Exception {
    return of(broker.uri());
  }

  static TestClient of(String uri) throws Exception {
    Connection connection = factory(uri).newConnection();
    return new TestClient(connection, connection.createChannel());
  }

  void declare(String queue) throws Exception {
    channel.queueDeclare(queue, true, false, false, Map.of());
  }

  /** Ready messages, by a passive declaration. */
  int depth(String queue) throws Exception {
    return channel.queueDeclarePassive(queue).getMessageCount();
  }

  /** Publishes persistent messages and waits for the confirms. */
  void publish(String queue, List<String> bodies) throws Exception {
    channel.confirmSelect();
    for (String body : bodies) {
      channel.basicPublish("", queue, true, MessageProperties.PERSISTENT_BASIC, bytes(body));
    }
    channel.waitForConfirmsOrDie(WAIT_MILLIS);
  }

  /** Consumes all ready messages, oldest first. */
  List<String> takeAll(String queue) throws Exception {
    List<String> bodies = new ArrayList<>();
    for (GetResponse next = take(queue); next != null; next = take(queue)) {
      bodies.add(text(next.getBody()));
    }
    return bodies;
  }

  GetResponse take(String queue) throws Exception {
    return channel.basicGet(queue, true);
  }

  /** Sends one message through the queue and returns the received one. */
  GetResponse echo(String queue, BasicProperties properties, byte[] body) throws Exception {
    declare(queue);
    channel.confirmSelect();
    channel.basicPublish("", queue, true, properties, body);
    channel.waitForConfirmsOrDie(WAIT_MILLIS);
    return take(queue);
  }

  boolean isOpen() {
    return connection.isOpen() && channel.isOpen();
  }

  static List<String> numbered(String prefix, int count) {
    List<String> bodies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      bodies.add(prefix + i);
    }
    return bodies;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    connection.abort(WAIT_MILLIS);
  }
}
