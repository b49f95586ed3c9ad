package orderflow.testing;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import orderflow.event.Event;
import orderflow.messaging.Topology;
import orderflow.testing.RabbitSource.Found;

/** A broker given to the tests by URI. */
final class UriRabbitNode implements RabbitNode {
  static final String VARIABLE = "ORDERFLOW_TEST_AMQP_URI";

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final String uri;
  private final String version;

  private UriRabbitNode(String uri, String version) {
    this.uri = uri;
    this.version = version;
  }

  static Found find(Map<String, String> environment) {
    String uri = environment.getOrDefault(VARIABLE, "").strip();
    if (uri.isEmpty()) {
      return new Found.Missing(VARIABLE + " is not set");
    }
    try (Connection connection = connect(uri)) {
      Map<String, Object> properties = connection.getServerProperties();
      return "RabbitMQ".equals(String.valueOf(properties.get("product")))
          ? new Found.Node(new UriRabbitNode(uri, String.valueOf(properties.get("version"))))
          : new Found.Broken(VARIABLE + " leads to another product: " + properties.get("product"));
    } catch (IOException e) {
      return new Found.Broken("no RabbitMQ answers at " + VARIABLE + ": " + e);
    }
  }

  @Override
  public String uri() {
    return uri;
  }

  @Override
  public String freshUri() throws IOException {
    try (Connection connection = connect(uri)) {
      Channel channel = connection.createChannel();
      for (String queue : Topology.QUEUES) {
        channel.queueDelete(queue);
        channel.queueDelete(Topology.deadLetterQueue(queue));
      }
      for (Event.Type type : Event.Type.values()) {
        channel.exchangeDelete(type.exchange());
      }
    }
    return uri;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public boolean canBeControlled() {
    return false;
  }

  @Override
  public boolean isRunning() {
    return true;
  }

  @Override
  public void start() {
    throw notOurs();
  }

  @Override
  public void stop() {
    throw notOurs();
  }

  @Override
  public void kill() {
    throw notOurs();
  }

  @Override
  public String ctl(String... arguments) {
    throw notOurs();
  }

  private static UnsupportedOperationException notOurs() {
    return new UnsupportedOperationException(
        "the broker at " + VARIABLE + " is not ours to control; use @RealRabbit(control = true)");
  }

  private static Connection connect(String uri) throws IOException {
    int limit = Math.toIntExact(LIMIT.toMillis());
    ConnectionFactory factory = new ConnectionFactory();
    factory.setAutomaticRecoveryEnabled(false);
    factory.setConnectionTimeout(limit);
    factory.setHandshakeTimeout(limit);
    factory.setChannelRpcTimeout(limit);
    try {
      factory.setUri(uri);
      return factory.newConnection("orderflow-tests");
    } catch (URISyntaxException | GeneralSecurityException e) {
      // Without the cause, which would print the whole URI with its password.
      throw new IOException("it is not a usable AMQP URI");
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + LIMIT.toSeconds() + " s", e);
    }
  }
}
