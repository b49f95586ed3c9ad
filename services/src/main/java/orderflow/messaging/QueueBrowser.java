package orderflow.messaging;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.TrafficListener;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import orderflow.messaging.MessagingException.Kind;
import orderflow.messaging.Topology.QueueType;

/**
 * Reads the state of queues, and browses messages without removing them. Not thread-safe. Unusable
 * after a {@link MessagingException}.
 */
public final class QueueBrowser implements AutoCloseable {
  private static final int CLOSE_MILLIS = 3_000;
  private static final long MAX_PEEKED_BYTES = 32L * 1024 * 1024;

  /**
   * A capability of the embedded broker: a passive declare with this argument returns the number of
   * unacked messages.
   */
  public static final String COUNT_UNACKED = "orderflow_count_unacked";

  private final Connection connection;
  private final Function<TrafficListener, Connection> opening;
  private Channel channel;

  /**
   * @param opening opens one more connection, for a browse
   */
  QueueBrowser(Connection connection, Function<TrafficListener, Connection> opening)
      throws IOException {
    this.connection = connection;
    this.opening = opening;
    this.channel = connection.createChannel();
  }

  /** The broker's product and version, as {@code RabbitMQ 3.10.8}. */
  public String brokerVersion() {
    return QueueProperties.brokerVersion(connection);
  }

  /**
   * How many messages of {@code queue} are ready; empty when there is no such queue.
   *
   * @throws MessagingException when the connection is lost
   */
  public OptionalLong depth(String queue) {
    return state(queue).stream().mapToLong(QueueState::ready).findFirst();
  }

  /**
   * @param ready messages that no client holds
   * @param held unacked messages; empty where the broker does not report it: AMQP has no field for
   *     it
   */
  public record QueueState(long ready, long consumers, OptionalLong held) {
    public QueueState(long ready, long consumers) {
      this(ready, consumers, OptionalLong.empty());
    }

    public QueueState withHeld(OptionalLong count) {
      return new QueueState(ready, consumers, count);
    }

    /** Whether clients hold messages, or may. */
    public boolean isInUse() {
      return consumers > 0 || held.orElse(0) > 0;
    }
  }

  /**
   * The state of {@code queue}; empty when there is no such queue.
   *
   * @throws MessagingException when the connection is lost
   */
  public Optional<QueueState> state(String queue) {
    return ifFound(
        queue,
        () -> {
          var found = channel.queueDeclarePassive(queue);
          var state = new QueueState(found.getMessageCount(), found.getConsumerCount());
          return countsUnacked() ? state.withHeld(unacked(queue)) : state;
        });
  }

  /** Whether {@code exchange} exists. */
  public boolean hasExchange(String exchange) {
    return ifFound(exchange, () -> channel.exchangeDeclarePassive(exchange)).isPresent();
  }

  @FunctionalInterface
  private interface Question<T> {
    T ask() throws IOException;
  }

  private <T> Optional<T> ifFound(String name, Question<T> question) {
    if (AmqpName.problem(name).isPresent()) {
      return Optional.empty();
    }
    try {
      return Optional.of(question.ask());
    } catch (IOException | AlreadyClosedException e) {
      reopenIfClosed();
      if (AmqpErrors.isChannelClosed(e, Kind.NOT_FOUND)) {
        return Optional.empty();
      }
      throw AmqpErrors.failure("asking for " + name, e);
    }
  }

  /** A refusal closes the channel. */
  private void reopenIfClosed() {
    if (channel.isOpen() || !connection.isOpen()) {
      return;
    }
    try {
      channel = connection.createChannel();
    } catch (IOException | AlreadyClosedException e) {
      throw AmqpErrors.failure("the broker connection", e);
    }
  }

  private boolean countsUnacked() {
    return connection.getServerProperties().get("capabilities") instanceof Map<?, ?> capabilities
        && Boolean.TRUE.equals(capabilities.get(COUNT_UNACKED));
  }

  private OptionalLong unacked(String queue) throws IOException {
    var counting =
        new AMQP.Queue.Declare.Builder()
            .queue(queue)
            .passive()
            .arguments(Map.of(COUNT_UNACKED, true))
            .build();
    var counted = (AMQP.Queue.DeclareOk) channel.rpc(counting).getMethod();
    return OptionalLong.of(counted.getMessageCount());
  }

  /**
   * The properties that {@code queue} was declared with.
   *
   * @throws MessagingException when there is no such queue, or the connection is lost
   */
  public QueueProperties queueProperties(String queue) {
    return asking(queue, () -> QueueProperties.of(connection, queue));
  }

  /**
   * Whether {@code queue} can be declared as {@code type} where it is there already. A plain
   * declaration fits any queue of the virtual host's default type.
   *
   * @throws MessagingException when there is no such queue, or the connection is lost
   */
  public boolean takesDeclaration(String queue, QueueType type) {
    return asking(
        queue, () -> QueueProperties.takesDeclaration(connection, queue, Topology.arguments(type)));
  }

  /** Asks about an existing queue: some questions would declare a missing one. */
  private <T> T asking(String queue, Question<T> question) {
    return state(queue).flatMap(_ -> ifFound(queue, question)).orElseThrow(() -> noQueue(queue));
  }

  private static MessagingException noQueue(String queue) {
    return new MessagingException(Kind.NOT_FOUND, "there is no queue " + queue);
  }

  /** Whether an exchange is declared as in the contract. */
  public sealed interface ExchangeState {
    record AsDeclared() implements ExchangeState {}

    /**
     * @param difference in the broker's words
     */
    record Different(String difference) implements ExchangeState {}

    /** The user may not ask. */
    record Unknown() implements ExchangeState {}
  }

  /**
   * How the existing {@code exchange} is declared. Declares it again, which changes nothing; a
   * broker may close the connection over a difference, so this has its own.
   *
   * @throws MessagingException when the broker is lost
   */
  public ExchangeState exchangeState(String exchange) {
    Connection declaring = opening.apply(TrafficListener.NO_OP);
    try {
      declaring.createChannel().exchangeDeclare(exchange, Topology.EXCHANGE_TYPE, true);
      return new ExchangeState.AsDeclared();
    } catch (IOException | AlreadyClosedException e) {
      if (AmqpErrors.kindOf(e) == Kind.ACCESS_REFUSED) {
        return new ExchangeState.Unknown();
      }
      if (!AmqpErrors.kindOf(e).isRefusal()) {
        throw AmqpErrors.failure("asking for " + exchange, e);
      }
      return new ExchangeState.Different(AmqpErrors.reasonOf(e));
    } finally {
      declaring.abort(CLOSE_MILLIS);
    }
  }

  /**
   * Why the broker blocks publishers; empty when it does not. RabbitMQ notifies a connection only
   * once it publishes, so one message goes to an exclusive queue or, where the user may not declare
   * one, to none.
   *
   * @param wait for the notification
   * @throws MessagingException when the connection is lost
   */
  public Optional<String> alarm(Duration wait) throws InterruptedException {
    var reasons = new ArrayBlockingQueue<String>(1);
    Connection publishing = opening.apply(TrafficListener.NO_OP);
    try {
      publishing.addBlockedListener(reasons::offer, () -> {});
      publishOne(publishing);
      return Optional.ofNullable(reasons.poll(wait.toMillis(), TimeUnit.MILLISECONDS));
    } catch (IOException | AlreadyClosedException e) {
      throw AmqpErrors.failure("asking for alarms", e);
    } finally {
      publishing.abort(CLOSE_MILLIS);
    }
  }

  private static void publishOne(Connection publishing) throws IOException {
    Channel own = publishing.createChannel();
    String queue;
    try {
      queue = own.queueDeclare().getQueue();
    } catch (IOException e) {
      if (AmqpErrors.kindOf(e) != Kind.ACCESS_REFUSED) {
        throw e;
      }
      own = publishing.createChannel();
      queue = "missing-" + UUID.randomUUID();
    }
    own.basicPublish("", queue, new BasicProperties(), new byte[0]);
  }

  /** Receives messages one by one; returns whether to continue. */
  public interface Visitor {
    boolean visit(Delivery delivery);
  }

  /**
   * Browses {@code queue} from its head without acking: up to the last message that was ready at
   * the beginning, until the visitor ends it, or until none comes for {@code patience}. Meanwhile
   * other consumers do not see these messages. A classic queue keeps order and counts; a quorum
   * queue counts a delivery of each message. Few messages are in memory at a time.
   *
   * @return the number of visited messages
   * @throws MessagingException when there is no such queue, or the connection is lost
   */
  public long visit(String queue, Duration patience, Visitor visitor) throws InterruptedException {
    return visit(queue, Long.MAX_VALUE, patience, visitor);
  }

  /** The same; delivers at most {@code max} messages. */
  public long visit(String queue, long max, Duration patience, Visitor visitor)
      throws InterruptedException {
    long ready = depth(queue).orElseThrow(() -> noQueue(queue));
    if (ready == 0) {
      return 0;
    }
    try (var browse = new BrowseSession(queue, opening)) {
      return browse.through(Math.min(max, ready), patience, visitor);
    }
  }

  /**
   * The first messages of {@code queue}, at most {@code max} and about 32 MiB, as {@link #visit}
   * shows them.
   */
  public List<Delivery> peek(String queue, int max, Duration wait) throws InterruptedException {
    List<Delivery> seen = new ArrayList<>();
    long[] bytes = {0};
    long deadline = System.nanoTime() + wait.toNanos();
    visit(
        queue,
        max,
        wait,
        delivery -> {
          seen.add(delivery);
          bytes[0] += delivery.body().length;
          return seen.size() < max
              && bytes[0] < MAX_PEEKED_BYTES
              && System.nanoTime() - deadline < 0;
        });
    return seen;
  }

  /**
   * Subscribes to messages published to {@code exchange} with one of {@code routingKeys} from now
   * on, by an exclusive queue.
   *
   * @throws MessagingException when the broker refuses or the connection is lost
   */
  public Subscription tap(String exchange, List<String> routingKeys, int prefetch) {
    try {
      Channel tapping = connection.createChannel();
      String queue = tapping.queueDeclare().getQueue();
      for (String key : routingKeys) {
        tapping.queueBind(queue, exchange, key);
      }
      return RabbitSubscription.on(
          tapping,
          queue,
          prefetch,
          new InboundByteLimit(MAX_PEEKED_BYTES),
          Optional.empty(),
          () -> abort(tapping));
    } catch (IOException | AlreadyClosedException e) {
      throw AmqpErrors.failure("tapping " + exchange, e);
    }
  }

  @Override
  public void close() {
    connection.abort(CLOSE_MILLIS);
  }

  private static void abort(Channel channel) {
    try {
      channel.abort();
    } catch (IOException e) {
      throw AmqpErrors.failure("closing a channel", e);
    }
  }
}
