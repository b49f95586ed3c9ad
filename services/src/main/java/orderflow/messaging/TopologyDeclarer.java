package orderflow.messaging;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orderflow.messaging.MessagingException.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Declares one thing after the other, and where the broker's user may not, sees whether it is there
 * already. Each refusal costs the channel, so this has one of its own and replaces it. Not
 * thread-safe.
 */
final class TopologyDeclarer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("Topology");

  private final Connection connection;
  private final QueueHistory history;
  private final Set<String> unproven = new LinkedHashSet<>();
  private final Map<String, IOException> refused = new LinkedHashMap<>();
  private Channel channel;

  /**
   * @param history of the queues; one that was there and is missing is reported to it
   */
  TopologyDeclarer(Connection connection, QueueHistory history) throws IOException {
    this.connection = connection;
    this.history = history;
    this.channel = connection.createChannel();
  }

  /** Something is not there, and must not be declared. */
  static final class MissingException extends IOException {
    private static final long serialVersionUID = 1L;

    private MissingException(String message) {
      super(message);
    }
  }

  /** Declares one thing. */
  interface Declaration {
    void declare() throws IOException;
  }

  /**
   * Keeps what the broker refuses, or what is missing, under the name of what it is about: it
   * concerns nothing else.
   *
   * @throws IOException when the connection is lost
   */
  void attempt(String name, Declaration declaration) throws IOException {
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

  private interface Method {
    void on(Channel channel) throws IOException;
  }

  /**
   * @throws IOException when the broker refuses, or it is not there and must not be declared
   */
  void exchange(String name) throws IOException {
    if (!isAllowed(open -> open.exchangeDeclare(name, Topology.EXCHANGE_TYPE, true))) {
      requireThere("exchange " + name, open -> open.exchangeDeclarePassive(name));
    }
  }

  /**
   * A queue that somebody declared before us with optional arguments (x-…) is used as it is; one
   * that is not durable is refused, because it would break the guarantees.
   *
   * @throws IOException when the broker refuses, or it is not there and must not be declared
   */
  void queue(String name, Map<String, Object> arguments) throws IOException {
    if (history.wasSeen(name) && !hasQueue(name)) {
      history.missing(name);
    }
    declareQueue(name, arguments);
    history.seen(name);
  }

  private void declareQueue(String name, Map<String, Object> arguments) throws IOException {
    try {
      if (!isAllowed(open -> open.queueDeclare(name, true, false, false, arguments))) {
        requireThere("queue " + name, open -> open.queueDeclarePassive(name));
      }
    } catch (IOException e) {
      if (!AmqpErrors.isOptionalArgumentDifferent(e)) {
        throw e;
      }
      LOG.warn("Queue {} exists with other arguments than ours; using it as it is", name);
      channel = connection.createChannel();
      channel.queueDeclarePassive(name);
    }
  }

  boolean hasExchange(String name) throws IOException {
    return isThere(open -> open.exchangeDeclarePassive(name));
  }

  boolean hasQueue(String name) throws IOException {
    return isThere(open -> open.queueDeclarePassive(name));
  }

  private boolean isThere(Method passive) throws IOException {
    try {
      passive.on(channel);
      return true;
    } catch (IOException e) {
      if (!AmqpErrors.isChannelClosed(e, Kind.NOT_FOUND)) {
        throw e;
      }
      channel = connection.createChannel();
      return false;
    }
  }

  /**
   * There is no way to ask whether a binding is there.
   *
   * @throws IOException when the broker refuses for another reason than permissions
   */
  void binding(String queue, String exchange, String routingKey) throws IOException {
    if (!isAllowed(open -> open.queueBind(queue, exchange, routingKey))) {
      unproven.add("binding of " + queue + " to " + exchange + " with key " + routingKey);
    }
  }

  Topology.DeclareResult declared() {
    return new Topology.DeclareResult(List.copyOf(unproven), refused);
  }

  @Override
  public void close() throws IOException {
    channel.abort();
  }

  private boolean isAllowed(Method method) throws IOException {
    try {
      method.on(channel);
      return true;
    } catch (IOException e) {
      if (!AmqpErrors.isChannelClosed(e, Kind.ACCESS_REFUSED)) {
        throw e;
      }
      channel = connection.createChannel();
      return false;
    }
  }

  private void requireThere(String what, Method passive) throws IOException {
    try {
      passive.on(channel);
      unproven.add(what);
    } catch (IOException e) {
      if (AmqpErrors.isChannelClosed(e, Kind.NOT_FOUND)) {
        throw new MissingException(
            "there is no "
                + what
                + ", and this user may not declare it; give the user the configure permission,"
                + " or have it declared by another");
      }
      throw e;
    }
  }
}
