package orderflow.messaging;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.TrafficListener;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link Broker} on RabbitMQ's own Java client. Thread-safe. */
public final class RabbitBroker implements Broker {
  /** The client's limit for a message with any heap. */
  static final long MOST_MESSAGE_BYTES = 64L * 1024 * 1024;

  /** A message may take a quarter of the heap. */
  static final int HEAP_SHARE = 4;

  private static final long MAX_UNACKED_BYTES =
      Math.min(16L * 1024 * 1024, Runtime.getRuntime().maxMemory() / 8);

  private static final Logger LOG = LoggerFactory.getLogger("Topology");

  private final BrokerSettings settings;
  private final RabbitConnector connector;
  private final boolean declares;
  private final boolean checksDeliveryLimits;

  private final QueueHistory history = new QueueHistory();

  /** Once per process, though each connection declares. */
  private final AtomicBoolean warned = new AtomicBoolean();

  public RabbitBroker(BrokerSettings settings) {
    this(
        settings,
        (int) Math.min(MOST_MESSAGE_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE));
  }

  /**
   * @param maxMessageBytes a larger message closes the connection, to protect the heap
   */
  RabbitBroker(BrokerSettings settings, int maxMessageBytes) {
    this(settings, new RabbitConnector(settings, maxMessageBytes), true, true);
  }

  private RabbitBroker(
      BrokerSettings settings,
      RabbitConnector connector,
      boolean declares,
      boolean checksDeliveryLimits) {
    this.settings = settings;
    this.connector = connector;
    this.declares = declares;
    this.checksDeliveryLimits = checksDeliveryLimits;
  }

  /** The same broker for clients that declare nothing. */
  public RabbitBroker withoutDeclaring() {
    return new RabbitBroker(settings, connector, false, checksDeliveryLimits);
  }

  /** The same broker where delivery limits are known to be high: AMQP does not show policies. */
  public RabbitBroker withoutDeliveryLimitCheck() {
    return new RabbitBroker(settings, connector, declares, false);
  }

  @Override
  public Publisher openPublisher(Duration confirmTimeout) {
    return connected("publisher", connection -> publisher(connection, confirmTimeout));
  }

  @Override
  public Subscription subscribe(String queue, int prefetch) {
    var byteLimit = new InboundByteLimit(MAX_UNACKED_BYTES);
    return connector.connect(
        byteLimit,
        queue,
        connection ->
            RabbitSubscription.on(
                consuming(connection, queue),
                queue,
                prefetch,
                byteLimit,
                deliveryLimitRisk(connection, queue),
                () -> connection.abort(RabbitConnector.ABORT_MILLIS)));
  }

  @Override
  public TopologyCheck openTopologyCheck() {
    return connected(
        "topology",
        connection ->
            new RabbitTopologyCheck(
                connection,
                settings.queueType(),
                history,
                declareEach(connection).requireAll().isEmpty()));
  }

  private <T> T connected(String role, RabbitConnector.Use<T> use) {
    return connector.connect(TrafficListener.NO_OP, role, use);
  }

  private Optional<String> deliveryLimitRisk(Connection connection, String queue)
      throws IOException {
    return checksDeliveryLimits
        ? DeliveryLimit.risk(
            queue, QueueProperties.of(connection, queue), QueueProperties.brokerVersion(connection))
        : Optional.empty();
  }

  /**
   * Reads with one request per message, so that other consumers see the rest of the queue.
   *
   * @throws MessagingException when the broker is not reachable or refuses
   */
  public Subscription pull(String queue) {
    return connected(
        queue,
        connection ->
            new RabbitPull(
                consuming(connection, queue),
                queue,
                () -> connection.abort(RabbitConnector.ABORT_MILLIS)));
  }

  /**
   * Declares a durable queue that receives a copy of each message published to {@code exchange}
   * with any of {@code routingKeys}, until it is deleted.
   *
   * @throws MessagingException when the broker is not reachable or refuses
   */
  public void declareTap(String queue, String exchange, List<String> routingKeys) {
    declareTopology();
    administer(channel -> {
      channel.queueDeclare(queue, true, false, false, Map.of());
      for (String key : routingKeys) {
        channel.queueBind(queue, exchange, key);
      }
    });
  }

  /**
   * Deletes a queue and its messages, if it exists.
   *
   * @throws MessagingException when the broker is not reachable or refuses
   */
  public void deleteQueue(String queue) {
    administer(channel -> channel.queueDelete(queue));
  }

  /**
   * Deletes a queue that holds no message and has no consumer.
   *
   * @return whether it was deleted, or did not exist
   * @throws MessagingException when the broker is not reachable or refuses for another reason
   */
  public boolean deleteIdleQueue(String queue) {
    try {
      administer(channel -> channel.queueDelete(queue, true, true));
      return true;
    } catch (MessagingException e) {
      if (e.kind() == MessagingException.Kind.PRECONDITION_FAILED) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Removes a binding, if it exists.
   *
   * @throws MessagingException when the broker is not reachable or refuses
   */
  public void unbindQueue(Topology.Binding binding) {
    administer(channel ->
        channel.queueUnbind(
            binding.queue(), binding.type().exchange(), binding.type().routingKey()));
  }

  private interface Administration {
    void on(Channel channel) throws IOException;
  }

  private void administer(Administration administration) {
    connected(
        "administration",
        connection -> {
          administration.on(connection.createChannel());
          connection.abort(RabbitConnector.ABORT_MILLIS);
          return Boolean.TRUE;
        });
  }

  /**
   * Reads depths and messages without consuming them.
   *
   * @throws MessagingException when the broker is not reachable or refuses
   */
  public QueueBrowser openBrowser() {
    return connected(
        "browser",
        connection ->
            new QueueBrowser(
                connection, traffic -> connector.connect(traffic, "look", look -> look)));
  }

  /**
   * Declares the contract's topology and nothing else.
   *
   * @return human-readable names of the parts that the user may not declare: existing exchanges and
   *     queues, and bindings that cannot be verified
   * @throws MessagingException when the broker is not reachable or refuses
   */
  public List<String> declareTopology() {
    return connected(
        "topology",
        connection -> {
          List<String> unverified =
              TopologyDeclarer.declare(connection, settings.queueType(), new QueueHistory())
                  .requireAll();
          connection.abort(RabbitConnector.ABORT_MILLIS);
          return unverified;
        });
  }

  /** The user that connects. */
  public String user() {
    return settings.broker().user();
  }

  @Override
  public String address() {
    return settings.address();
  }

  /** Declares the topology first; a refusal matters only for {@code queue}. */
  private Channel consuming(Connection connection, String queue) throws IOException {
    if (declares) {
      declareEach(connection).require(queue);
    }
    return connection.createChannel();
  }

  /** Exchanges and queues that cannot be declared are refused when they are published to. */
  private Publisher publisher(Connection connection, Duration confirmTimeout) throws IOException {
    Map<String, String> unusable = new HashMap<>();
    if (declares) {
      declareEach(connection)
          .refused()
          .forEach((name, why) -> unusable.put(name, name + ": " + AmqpErrors.reasonOf(why)));
    }
    return new RabbitPublisher(connection, connection.createChannel(), confirmTimeout, unusable);
  }

  private TopologyDeclarer.DeclareResult declareEach(Connection connection) throws IOException {
    TopologyDeclarer.DeclareResult declared =
        TopologyDeclarer.declare(connection, settings.queueType(), history);
    if (!declared.unverified().isEmpty() && warned.compareAndSet(false, true)) {
      LOG.warn(
          "The broker's user may not declare everything. Existing queues and exchanges are used,"
              + " and bindings are not verified: {}",
          String.join(", ", declared.unverified()));
    }
    return declared;
  }
}
