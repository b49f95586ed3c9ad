package orderflow.badinput;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import orderflow.messaging.AckBarrier;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.Delivery;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Subscription;
import orderflow.testing.AmqpConnection;
import orderflow.testing.Await;

/** Another program on the same broker. Used by one thread. */
final class ForeignClient implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final int USUAL_FRAME = 128 * 1024;

  private final URI broker;
  private final RabbitBroker reader;
  private Connection connection;
  private Channel channel;

  ForeignClient(URI broker) throws Exception {
    this.broker = broker;
    this.reader = new RabbitBroker(BrokerSettings.of(broker, "reader")).withoutDeclaring();
    this.connection = connect(broker);
    this.channel = open(connection);
  }

  private static Connection connect(URI broker) throws Exception {
    return AmqpConnection.open(broker);
  }

  private static Channel open(Connection connection) throws Exception {
    Channel channel = connection.createChannel();
    channel.confirmSelect();
    return channel;
  }

  /** Returns once the broker has confirmed it. */
  void publish(String exchange, String routingKey, BasicProperties properties, byte[] body)
      throws Exception {
    channel.basicPublish(exchange, routingKey, true, properties, body);
    channel.waitForConfirmsOrDie(LIMIT.toMillis());
  }

  /** Publishes; returns whether the broker accepts such a message. */
  boolean offer(String queue, BasicProperties properties, byte[] body) throws Exception {
    try {
      publish("", queue, properties, body);
      return true;
    } catch (ShutdownSignalException e) {
      close();
      connection = connect(broker);
      channel = open(connection);
      return false;
    }
  }

  /**
   * Takes the next message out of {@code queue}, by the flow's own reader: the client library drops
   * its connection at headers of type {@code L}.
   */
  Delivery take(String queue) throws Exception {
    try (Subscription messages = reader.pull(queue)) {
      var taken = new AtomicReference<Delivery>();
      Await.until(
          "a message in " + queue,
          LIMIT,
          () -> {
            messages.poll(1, Duration.ofMillis(5)).forEach(taken::set);
            return taken.get() != null;
          });
      messages.ack(taken.get());
      AckBarrier barrier = messages.ackBarrier();
      Await.until("the acknowledgement", LIMIT, barrier::isReached);
      return taken.get();
    }
  }

  /** Takes the next message and requeues it, so that it is redelivered. */
  void giveBack(String queue) throws Exception {
    GetResponse taken = channel.basicGet(queue, false);
    channel.basicReject(taken.getEnvelope().getDeliveryTag(), true);
  }

  /** How many bytes a message's headers have to fit into. */
  int frameMax() {
    return connection.getFrameMax() == 0 ? USUAL_FRAME : connection.getFrameMax();
  }

  void declare(String queue, Map<String, Object> arguments) throws Exception {
    channel.queueDeclare(queue, true, false, false, arguments);
  }

  /** A queue that a restart of the broker removes. */
  void declareTransient(String queue) throws Exception {
    channel.queueDeclare(queue, false, false, false, Map.of());
  }

  void delete(String queue) throws Exception {
    channel.queueDelete(queue);
  }

  void purge(String queue) throws Exception {
    channel.queuePurge(queue);
  }

  long depth(String queue) throws Exception {
    return channel.messageCount(queue);
  }

  @Override
  public void close() {
    connection.abort((int) LIMIT.toMillis());
  }
}
