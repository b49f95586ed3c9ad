package orderflow.messaging;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.TrafficListener;
import com.rabbitmq.client.impl.DefaultExceptionHandler;
import com.rabbitmq.client.impl.FrameHandlerFactory;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import orderflow.messaging.MessagingException.Kind;
import orderflow.net.CallDeadline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link Broker} on RabbitMQ's own Java client. Thread-safe. */
public final class RabbitBroker implements Broker {
  /** Half the client's default: a peer that vanished is noticed within 20 seconds. */
  private static final int HEARTBEAT_SECONDS = 10;

  /** The client's own limit for a message, however large the heap. */
  static final long MOST_MESSAGE_BYTES = 64L * 1024 * 1024;

  /** A message may take one part in so many of the heap. */
  static final int HEAP_SHARE = 4;

  private static final long MAX_UNSETTLED_BYTES =
      Math.min(16L * 1024 * 1024, Runtime.getRuntime().maxMemory() / 8);

  private static final int ABORT_MILLIS = 3_000;

  /** Else the end of a connection waits for a write that a stopped broker never takes. */
  private static final ExecutorService CLOSING = Executors.newVirtualThreadPerTaskExecutor();

  private static final Logger LOG = LoggerFactory.getLogger("Topology");
  private static final Logger CLIENT = LoggerFactory.getLogger("com.rabbitmq.client.Connection");

  private final BrokerSettings settings;
  private final int maxMessageBytes;
  private final boolean declares;
  private final boolean checksDeliveryLimits;

  private final QueueHistory history = new QueueHistory();

  /** Each connection declares, and a connection may come back again and again. */
  private final AtomicBoolean warned = new AtomicBoolean();

  public RabbitBroker(BrokerSettings settings) {
    this(
        settings,
        (int) Math.min(MOST_MESSAGE_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE));
  }

  /**
   * @param maxMessageBytes above this the client drops the connection, for want of memory
   */
  RabbitBroker(BrokerSettings settings, int maxMessageBytes) {
    this(settings, maxMessageBytes, true, true);
  }

  private RabbitBroker(
      BrokerSettings settings,
      int maxMessageBytes,
      boolean declares,
      boolean checksDeliveryLimits) {
    this.settings = settings;
    this.maxMessageBytes = maxMessageBytes;
    this.declares = declares;
    this.checksDeliveryLimits = checksDeliveryLimits;
  }

  /** The same broker, for those who leave it as they find it: they declare nothing on it. */
  public RabbitBroker withoutDeclaring() {
    return new RabbitBroker(settings, maxMessageBytes, false, checksDeliveryLimits);
  }

  /**
   * The same broker, for those who know that its delivery limits are high: AMQP does not show a
   * policy that sets them.
   */
  public RabbitBroker withoutDeliveryLimitCheck() {
    return new RabbitBroker(settings, maxMessageBytes, declares, false);
  }

  @Override
  public Publisher openPublisher(Duration confirmTimeout) {
    return connected(
        TrafficListener.NO_OP, " publisher", connection -> publisher(connection, confirmTimeout));
  }

  @Override
  public Subscription subscribe(String queue, int prefetch) {
    var budget = new InboundByteLimit(MAX_UNSETTLED_BYTES);
    return connected(
        new Backpressure(budget),
        " " + queue,
        connection -> {
          Channel channel = consuming(connection, queue);
          return new LimitedSubscription(
              queue,
              RabbitSubscription.on(
                  channel,
                  queue,
                  prefetch,
                  budget,
                  deliveryLimitRisk(connection, queue),
                  () -> connection.abort(ABORT_MILLIS)));
        });
  }

  @Override
  public TopologyCheck openTopologyCheck() {
    return connected(
        TrafficListener.NO_OP,
        " topology",
        connection ->
            new RabbitTopologyCheck(
                connection,
                settings.queueType(),
                history,
                declareEach(connection).requireAll().isEmpty()));
  }

  private Optional<String> deliveryLimitRisk(Connection connection, String queue)
      throws IOException {
    return checksDeliveryLimits
        ? DeliveryLimit.risk(
            queue, QueueProperties.of(connection, queue), QueueProperties.brokerVersion(connection))
        : Optional.empty();
  }

  /**
   * Takes messages only as they are asked for, a round trip each: those that were not are seen by
   * everybody else.
   *
   * @throws MessagingException when the broker is not reachable or refuses
   */
  public Subscription pull(String queue) {
    return connected(
        TrafficListener.NO_OP,
        " " + queue,
        connection ->
            new LimitedSubscription(
                queue,
                new RabbitPull(
                    consuming(connection, queue), queue, () -> connection.abort(ABORT_MILLIS))));
  }

  /**
   * Declares a durable queue beside the contract's, which gets a copy of what is published to
   * {@code exchange} with any of {@code routingKeys}, until it is deleted.
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
   * Deletes a queue with all that is in it; nothing when there is none.
   *
   * @throws MessagingException when the broker is not reachable or refuses
   */
  public void deleteQueue(String queue) {
    administer(channel -> channel.queueDelete(queue));
  }

  /**
   * Removes a binding; does nothing when there is none.
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
        TrafficListener.NO_OP,
        " administration",
        connection -> {
          administration.on(connection.createChannel());
          connection.abort(ABORT_MILLIS);
          return Boolean.TRUE;
        });
  }

  /**
   * A look from outside: depths, and peeking into queues.
   *
   * @throws MessagingException when the broker is not reachable or refuses
   */
  public QueueBrowser openBrowser() {
    return connected(
        TrafficListener.NO_OP,
        " browser",
        connection ->
            new QueueBrowser(
                connection, traffic -> connected(traffic, " look", looking -> looking)));
  }

  /**
   * Declares the contract's topology and nothing else.
   *
   * @return what the user may not declare, for people to read: exchanges and queues that are there,
   *     and bindings of which nobody can tell
   * @throws MessagingException when the broker is not reachable or refuses
   */
  public List<String> declareTopology() {
    return connected(
        TrafficListener.NO_OP,
        " topology",
        connection -> {
          List<String> unproven = Topology.declare(connection, settings.queueType());
          connection.abort(ABORT_MILLIS);
          return unproven;
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

  private interface Opening<T> {
    T on(Connection connection) throws IOException;
  }

  private <T> T connected(TrafficListener traffic, String role, Opening<T> opening) {
    ExecutorService callbacks =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("amqp" + role.replace(' ', '-')).factory());
    Connection connection = null;
    CallDeadline deadline = CallDeadline.in(settings.connectingLimit());
    try {
      try (deadline) {
        connection = factory(traffic, deadline).newConnection(callbacks, settings.name() + role);
      }
      connection.addShutdownListener(cause -> callbacks.shutdown());
      return opening.on(connection); // dozens of calls, each with a limit: slow is not hung
    } catch (IOException
        | TimeoutException
        | GeneralSecurityException
        | ShutdownSignalException e) {
      if (connection != null) {
        connection.abort(ABORT_MILLIS);
      }
      callbacks.shutdown();
      if (deadline.isExpired()) {
        throw new MessagingException(
            Kind.TIMEOUT,
            "the broker at %s did not answer within %d s"
                .formatted(settings.address(), deadline.limit().toSeconds()),
            e);
      }
      throw ConnectionFailure.of(e, connection != null, settings);
    }
  }

  private ConnectionFactory factory(TrafficListener traffic, CallDeadline deadline)
      throws GeneralSecurityException {
    var factory = new ReadableConnections();
    BrokerAddress address = settings.broker();
    factory.setHost(address.host());
    factory.setPort(address.port());
    factory.setUsername(address.user());
    factory.setPassword(address.password());
    factory.setVirtualHost(address.virtualHost());
    if (address.secure()) {
      factory.useSslProtocol(settings.tls() == null ? SSLContext.getDefault() : settings.tls());
      factory.enableHostnameVerification();
    }
    factory.setSocketConfigurator(
        factory.getSocketConfigurator().andThen(socket -> deadline.guard(socket)));
    factory.setShutdownExecutor(CLOSING);
    int millis = Math.toIntExact(settings.timeout().toMillis());
    factory.setConnectionTimeout(address.connectionTimeoutMillis().orElse(millis));
    factory.setHandshakeTimeout(address.connectionTimeoutMillis().orElse(millis));
    factory.setChannelRpcTimeout(millis);
    factory.setRequestedHeartbeat(address.heartbeatSeconds().orElse(HEARTBEAT_SECONDS));
    address.channelMax().ifPresent(factory::setRequestedChannelMax);
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setMaxInboundMessageBodySize(maxMessageBytes);
    factory.setTrafficListener(traffic);
    factory.setExceptionHandler(new ToldOnce());
    return factory;
  }

  /** A connection that fails is told by whoever works with it; the client would do so as well. */
  private static final class ToldOnce extends DefaultExceptionHandler {
    @Override
    public void handleUnexpectedConnectionDriverException(Connection connection, Throwable thrown) {
      CLIENT.error("The connection failed", thrown);
    }
  }

  private static final class ReadableConnections extends ConnectionFactory {
    @Override
    protected synchronized FrameHandlerFactory createFrameHandlerFactory() throws IOException {
      FrameHandlerFactory factory = super.createFrameHandlerFactory();
      return (address, name) -> new RawFrameHandler(factory.create(address, name));
    }
  }

  /**
   * A channel to consume a queue with. What the broker refuses of the rest of the topology does not
   * stop it.
   */
  private Channel consuming(Connection connection, String queue) throws IOException {
    if (declares) {
      declareEach(connection).require(queue);
    }
    return connection.createChannel();
  }

  /** Publishes to all but those exchanges and queues that are not as they have to be. */
  private Publisher publisher(Connection connection, Duration confirmTimeout) throws IOException {
    Map<String, String> unusable = new HashMap<>();
    if (declares) {
      declareEach(connection)
          .refused()
          .forEach((name, why) -> unusable.put(name, name + ": " + AmqpErrors.rootOf(why)));
    }
    return new RabbitPublisher(connection, connection.createChannel(), confirmTimeout, unusable);
  }

  private Topology.DeclareResult declareEach(Connection connection) throws IOException {
    Topology.DeclareResult declared =
        Topology.declareEach(connection, settings.queueType(), history);
    if (!declared.unverified().isEmpty() && warned.compareAndSet(false, true)) {
      LOG.warn(
          "The broker's user may not declare everything. Queues and exchanges are used as they are,"
              + " and bindings are taken for granted: {}",
          String.join(", ", declared.unverified()));
    }
    return declared;
  }
}
