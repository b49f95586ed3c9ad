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
 * Looks at queues from outside: depths, and messages without taking them. Not thread-safe. After a
 * {@link MessagingException} it is of no more use.
 */
public final class QueueBrowser implements AutoCloseable {
  private static final int CLOSE_MILLIS = 3_000;
  private static final long MAX_PEEKED_BYTES = 32L * 1024 * 1024;

  /**
   * A capability of the embedded broker, and the argument of a passive declare that makes it answer
   * with the number of unacked messages instead of the ready ones.
   */
  public static final String COUNT_UNACKED = "orderflow_count_unacked";

  private final Connection connection;
  private final Function<TrafficListener, Connection> looking;
  private Channel channel;

  /**
   * @param looking opens one more connection, for a look
   */
  QueueBrowser(Connection connection, Function<TrafficListener, Connection> looking)
      throws IOException {
    this.connection = connection;
    this.looking = looking;
    this.channel = connection.createChannel();
  }

  /** The broker's name and version as it tells them, such as {@code RabbitMQ 3.10.8}. */
  public String brokerVersion() {
    return QueueProperties.brokerVersion(connection);
  }

  /**
   * How many messages are ready in {@code queue} (those a consumer holds are not counted), or empty
   * when there is no such queue.
   *
   * @throws MessagingException when the connection is lost
   */
  public OptionalLong depth(String queue) {
    return state(queue).map(state -> OptionalLong.of(state.ready())).orElseGet(OptionalLong::empty);
  }

  /**
   * @param ready messages that no client holds
   * @param held unacked messages; empty where the broker does not tell, as AMQP has no field for it
   */
  public record QueueState(long ready, long consumers, OptionalLong held) {
    public QueueState(long ready, long consumers) {
      this(ready, consumers, OptionalLong.empty());
    }

    public QueueState withHeld(OptionalLong count) {
      return new QueueState(ready, consumers, count);
    }

    /** Whether clients hold messages of it, or may. */
    public boolean isInUse() {
      return consumers > 0 || held.orElse(0) > 0;
    }
  }

  /**
   * The state of {@code queue}, or empty when there is no such queue.
   *
   * @throws MessagingException when the connection is lost
   */
  public Optional<QueueState> state(String queue) {
    if (AmqpName.problem(queue).isPresent()) {
      return Optional.empty();
    }
    try {
      var found = channel.queueDeclarePassive(queue);
      var state = new QueueState(found.getMessageCount(), found.getConsumerCount());
      return Optional.of(countsUnacked() ? state.withHeld(unacked(queue)) : state);
    } catch (IOException | AlreadyClosedException e) {
      reopenIfClosed();
      if (AmqpErrors.isChannelClosed(e, Kind.NOT_FOUND)) {
        return Optional.empty();
      }
      throw AmqpErrors.failure("asking for " + queue, e);
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
    return channel.rpc(counting).getMethod() instanceof AMQP.Queue.DeclareOk counted
        ? OptionalLong.of(counted.getMessageCount())
        : OptionalLong.empty();
  }

  /**
   * What {@code queue} was declared with.
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

  /** An answer about a queue that is there, so that no question declares one. */
  private <T> T asking(String queue, Question<T> question) {
    if (depth(queue).isEmpty()) {
      throw noQueue(queue);
    }
    try {
      return question.ask();
    } catch (IOException | AlreadyClosedException e) {
      throw AmqpErrors.failure("asking for " + queue, e);
    }
  }

  @FunctionalInterface
  private interface Question<T> {
    T ask() throws IOException;
  }

  /**
   * Whether there is an exchange of that name.
   *
   * @throws MessagingException when the connection is lost
   */
  public boolean hasExchange(String exchange) {
    if (AmqpName.problem(exchange).isPresent()) {
      return false;
    }
    try {
      channel.exchangeDeclarePassive(exchange);
      return true;
    } catch (IOException | AlreadyClosedException e) {
      reopenIfClosed();
      if (AmqpErrors.isChannelClosed(e, Kind.NOT_FOUND)) {
        return false;
      }
      throw new MessagingException(
          "asking for " + exchange + " failed: " + AmqpErrors.reasonOf(e), e);
    }
  }

  private static MessagingException noQueue(String queue) {
    return new MessagingException(Kind.NOT_FOUND, "there is no queue " + queue);
  }

  /** Whether an exchange is as the contract has it. */
  public sealed interface ExchangeState {
    /** It is. */
    record AsDeclared() implements ExchangeState {}

    /**
     * It is not.
     *
     * @param difference in the broker's words
     */
    record Different(String difference) implements ExchangeState {}

    /** The user may not ask. */
    record Unknown() implements ExchangeState {}
  }

  /**
   * How {@code exchange} is, which is there. Only a declaration tells, which changes nothing of one
   * that is there; a broker may cut the whole connection for it, so it has its own.
   *
   * @throws MessagingException when the broker is lost
   */
  public ExchangeState exchangeState(String exchange) {
    Connection declaring = looking.apply(TrafficListener.NO_OP);
    try {
      declaring.createChannel().exchangeDeclare(exchange, Topology.EXCHANGE_TYPE, true);
      return new ExchangeState.AsDeclared();
    } catch (IOException | AlreadyClosedException e) {
      if (AmqpErrors.kindOf(e) == Kind.ACCESS_REFUSED) {
        return new ExchangeState.Unknown();
      }
      if (!AmqpErrors.kindOf(e).isRefusal()) {
        throw new MessagingException(
            "asking for " + exchange + " failed: " + AmqpErrors.reasonOf(e), e);
      }
      return new ExchangeState.Different(AmqpErrors.reasonOf(e));
    } finally {
      declaring.abort(CLOSE_MILLIS);
    }
  }

  /**
   * Why the broker blocks publishers, such as for want of memory; empty when it does not. RabbitMQ
   * tells a connection only once it publishes, so one message goes to a queue of its own and with
   * it; or, where the user may not declare one, to none.
   *
   * @param wait how long to wait for being told
   * @throws MessagingException when the connection is lost
   */
  public Optional<String> alarm(Duration wait) throws InterruptedException {
    var told = new ArrayBlockingQueue<String>(1);
    Connection publishing = looking.apply(TrafficListener.NO_OP);
    try {
      publishing.addBlockedListener(told::offer, () -> {});
      publishInVain(publishing);
      return Optional.ofNullable(told.poll(wait.toMillis(), TimeUnit.MILLISECONDS));
    } catch (IOException | AlreadyClosedException e) {
      throw AmqpErrors.failure("asking for alarms", e);
    } finally {
      publishing.abort(CLOSE_MILLIS);
    }
  }

  private static void publishInVain(Connection publishing) throws IOException {
    Channel own = publishing.createChannel();
    String nobody;
    try {
      nobody = own.queueDeclare().getQueue();
    } catch (IOException e) {
      if (AmqpErrors.kindOf(e) != Kind.ACCESS_REFUSED) {
        throw e;
      }
      own = publishing.createChannel();
      nobody = "nobody-" + UUID.randomUUID();
    }
    own.basicPublish("", nobody, new BasicProperties(), new byte[0]);
  }

  /** Is shown messages, one by one. */
  public interface Visitor {
    /** Whether to go on. */
    boolean visit(Delivery delivery);
  }

  /**
   * Shows {@code visitor} the messages of {@code queue} from its head on, without taking them:
   * nothing is acknowledged. Ends behind the last that was ready at the beginning, when the visitor
   * has seen enough, or when none came for {@code patience}. While it looks, other consumers do not
   * see what was shown. On a classic queue order and counts stay; on a quorum queue the broker
   * counts each look as a delivery. Few messages are in memory at a time, however deep the queue.
   *
   * @return how many were shown
   * @throws MessagingException when there is no such queue, or the connection is lost
   */
  public long visit(String queue, Duration patience, Visitor visitor) throws InterruptedException {
    return visit(queue, Long.MAX_VALUE, patience, visitor);
  }

  /**
   * The same for at most {@code max} messages: no others are delivered, which a quorum queue would
   * count.
   */
  public long visit(String queue, long max, Duration patience, Visitor visitor)
      throws InterruptedException {
    long ready = depth(queue).orElseThrow(() -> noQueue(queue));
    if (ready == 0) {
      return 0;
    }
    try (var look = new BrowseSession(queue, looking)) {
      return look.through(Math.min(max, ready), patience, visitor);
    }
  }

  /**
   * The first messages of {@code queue}, at most {@code max} and about 32 MiB, seen as in {@link
   * #visit}.
   *
   * @throws MessagingException when there is no such queue, or the connection is lost
   */
  public List<Delivery> peek(String queue, int max, Duration wait) throws InterruptedException {
    List<Delivery> seen = new ArrayList<>();
    long deadline = System.nanoTime() + wait.toNanos();
    var collecting =
        new Visitor() {
          private long bytes;

          @Override
          public boolean visit(Delivery delivery) {
            seen.add(delivery);
            bytes += delivery.body().length;
            return seen.size() < max
                && bytes < MAX_PEEKED_BYTES
                && System.nanoTime() - deadline < 0;
          }
        };
    visit(queue, max, wait, collecting);
    return seen;
  }

  /**
   * A queue of this connection's own, gone with it, that gets a copy of what is published to {@code
   * exchange} with any of {@code routingKeys} from now on.
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

  /** A refusal ends the channel; what is asked next is not to suffer from it. */
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
}
