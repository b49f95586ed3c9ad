package orderflow.messaging;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orderflow.event.Event.Type;
import orderflow.messaging.MessagingException.Kind;
import orderflow.messaging.Topology.Binding;
import orderflow.messaging.Topology.QueueType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Declares the topology, or verifies it where the user lacks the permission. A refusal closes the
 * channel, so this uses one of its own and replaces it. Not thread-safe.
 */
final class TopologyDeclarer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("Topology");

  private final Connection connection;
  private final Map<String, Object> arguments;
  private final QueueHistory history;
  private final Set<String> unverified = new LinkedHashSet<>();
  private final Map<String, IOException> refused = new LinkedHashMap<>();
  private Channel channel;

  private TopologyDeclarer(Connection connection, QueueType queueType, QueueHistory history)
      throws IOException {
    this.connection = connection;
    this.arguments = Topology.arguments(queueType);
    this.history = history;
    this.channel = connection.createChannel();
  }

  /** An exchange or queue does not exist and must not be declared. */
  static final class MissingException extends IOException {
    private static final long serialVersionUID = 1L;

    private MissingException(String message) {
      super(message);
    }
  }

  /**
   * The result of a declaration.
   *
   * @param unverified the parts that the user may not declare: existing exchanges and queues, and
   *     bindings that may exist or not
   * @param refused the reason by the name of the exchange or queue
   */
  record DeclareResult(List<String> unverified, Map<String, IOException> refused) {
    void require(String name) throws IOException {
      IOException reason = refused.get(name);
      if (reason != null) {
        throw reason;
      }
    }

    List<String> requireAll() throws IOException {
      for (IOException reason : refused.values()) {
        throw reason;
      }
      return unverified;
    }
  }

  /**
   * Declares everything, also after the broker has refused a part of it. Existing exchanges and
   * queues are not changed.
   *
   * @param history records queues that existed before and are missing
   * @throws IOException when the connection is lost
   */
  static DeclareResult declare(Connection connection, QueueType queueType, QueueHistory history)
      throws IOException {
    try (var declarer = new TopologyDeclarer(connection, queueType, history)) {
      for (Type type : Type.values()) {
        declarer.attempt(type.exchange(), () -> declarer.declareExchange(type.exchange()));
      }
      for (String queue : Topology.allQueues()) {
        declarer.attempt(queue, () -> declarer.declareQueue(queue));
      }
      for (Binding binding : Topology.BINDINGS) {
        declarer.attempt(binding.queue(), () -> declarer.declare(binding));
      }
      return new DeclareResult(List.copyOf(declarer.unverified), declarer.refused);
    }
  }

  /**
   * Declares the missing parts of a declared topology, and all bindings: AMQP cannot check these.
   *
   * @param mayDeclare false to check exchanges and queues only
   * @throws IOException when the broker refuses, or something is missing that must not be declared
   */
  static void restore(
      Connection connection, QueueType queueType, QueueHistory history, boolean mayDeclare)
      throws IOException {
    boolean complete = true;
    try (var declarer = new TopologyDeclarer(connection, queueType, history)) {
      for (Type type : Type.values()) {
        complete &= declarer.exists(channel -> channel.exchangeDeclarePassive(type.exchange()));
      }
      for (String queue : Topology.allQueues()) {
        complete &= declarer.exists(channel -> channel.queueDeclarePassive(queue));
      }
      if (complete && mayDeclare) {
        for (Binding binding : Topology.BINDINGS) {
          declarer.declare(binding);
        }
      }
    }
    if (!complete) {
      declare(connection, queueType, history).requireAll();
    }
  }

  private interface Declaration {
    void declare() throws IOException;
  }

  private interface Request {
    void on(Channel channel) throws IOException;
  }

  /** Records a refusal under {@code name}. */
  private void attempt(String name, Declaration declaration) throws IOException {
    try {
      declaration.declare();
    } catch (IOException e) {
      if (!AmqpErrors.kindOf(e).isRefusal() || !connection.isOpen()) {
        throw e;
      }
      refused.putIfAbsent(name, e);
      channel = connection.createChannel();
    }
  }

  private void declareExchange(String name) throws IOException {
    if (!isAllowed(open -> open.exchangeDeclare(name, Topology.EXCHANGE_TYPE, true))) {
      requireExisting("exchange " + name, open -> open.exchangeDeclarePassive(name));
    }
  }

  /**
   * An existing queue with other optional arguments (x-…) is used as it is. One that is not durable
   * is refused, because it breaks the guarantees.
   */
  private void declareQueue(String name) throws IOException {
    if (history.wasSeen(name) && !exists(open -> open.queueDeclarePassive(name))) {
      history.missing(name);
    }
    try {
      if (!isAllowed(open -> open.queueDeclare(name, true, false, false, arguments))) {
        requireExisting("queue " + name, open -> open.queueDeclarePassive(name));
      }
    } catch (IOException e) {
      if (!AmqpErrors.isOptionalArgumentDifferent(e)) {
        throw e;
      }
      LOG.warn("Queue {} exists with other arguments than ours; using it as it is", name);
      channel = connection.createChannel();
      channel.queueDeclarePassive(name);
    }
    history.seen(name);
  }

  private void declare(Binding binding) throws IOException {
    String exchange = binding.type().exchange();
    String key = binding.type().routingKey();
    if (!isAllowed(open -> open.queueBind(binding.queue(), exchange, key))) {
      unverified.add("binding of " + binding.queue() + " to " + exchange + " with key " + key);
    }
  }

  private boolean exists(Request passive) throws IOException {
    return isAnswered(passive, Kind.NOT_FOUND);
  }

  private boolean isAllowed(Request request) throws IOException {
    return isAnswered(request, Kind.ACCESS_REFUSED);
  }

  /** False when the broker refuses with {@code kind}. */
  private boolean isAnswered(Request request, Kind kind) throws IOException {
    try {
      request.on(channel);
      return true;
    } catch (IOException e) {
      if (!AmqpErrors.isChannelClosed(e, kind)) {
        throw e;
      }
      channel = connection.createChannel();
      return false;
    }
  }

  private void requireExisting(String name, Request passive) throws IOException {
    if (!exists(passive)) {
      throw new MissingException(
          "there is no "
              + name
              + ", and this user may not declare it; give the user the configure permission,"
              + " or have it declared by another");
    }
    unverified.add(name);
  }

  @Override
  public void close() throws IOException {
    channel.abort();
  }
}
