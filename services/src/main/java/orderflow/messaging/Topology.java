package orderflow.messaging;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import orderflow.event.Event.Type;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contract's exchanges, queues and bindings. Queues are declared durable and without arguments,
 * because other programs redeclare them so and a broker refuses a difference.
 */
public final class Topology {
  public static final String ORDER_PLACED = "order_placed";
  public static final String INVENTORY_RESERVED = "inventory_reserved";
  public static final String ORDER_OUTCOME = "order_outcome";

  /** Every queue that one of our services consumes. */
  public static final List<String> QUEUES =
      List.of(ORDER_PLACED, INVENTORY_RESERVED, ORDER_OUTCOME);

  private static final List<Binding> BINDINGS =
      List.of(
          new Binding(ORDER_PLACED, Type.ORDER_PLACED),
          new Binding(INVENTORY_RESERVED, Type.INVENTORY_RESERVED),
          new Binding(ORDER_OUTCOME, Type.INVENTORY_RESERVED),
          new Binding(ORDER_OUTCOME, Type.INVENTORY_FAILED));

  /** Large, so that crashes of a consumer never make a broker drop what it could not deliver. */
  private static final int QUORUM_DELIVERY_LIMIT = 1_000_000;

  private static final Logger LOG = LoggerFactory.getLogger("Topology");

  /** How to declare queues. */
  public enum QueueType {
    /** No arguments: whatever the virtual host's default is. */
    DEFAULT,
    /** Replicated, for clusters; every program that declares the queues must then say so too. */
    QUORUM;

    /** As it is named on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private record Binding(String queue, Type type) {}

  private Topology() {}

  public static String deadLetterQueue(String queue) {
    return queue + "_dlq";
  }

  /**
   * Declares all of it; what is there already stays as it is.
   *
   * @throws IOException when the broker refuses; {@code channel} may be closed then
   */
  static void declare(Channel channel, QueueType queueType) throws IOException {
    Channel current = channel;
    for (Type type : Type.values()) {
      current.exchangeDeclare(type.exchange(), "direct", true);
    }
    for (String queue : QUEUES) {
      current = declareQueue(current, queue, queueType);
      current = declareQueue(current, deadLetterQueue(queue), queueType);
    }
    for (Binding binding : BINDINGS) {
      current.queueBind(binding.queue(), binding.type().exchange(), binding.type().routingKey());
    }
  }

  /**
   * A queue that somebody declared before us with optional arguments (x-…) is used as it is; one
   * that is not durable is refused, because it would break the guarantees.
   */
  private static Channel declareQueue(Channel channel, String queue, QueueType queueType)
      throws IOException {
    Map<String, Object> arguments =
        switch (queueType) {
          case DEFAULT -> Map.of();
          case QUORUM ->
              Map.of("x-queue-type", "quorum", "x-delivery-limit", QUORUM_DELIVERY_LIMIT);
        };
    try {
      channel.queueDeclare(queue, true, false, false, arguments);
      return channel;
    } catch (IOException e) {
      if (!(e.getCause() instanceof ShutdownSignalException refused)
          || !Causes.of(refused).contains("inequivalent arg 'x-")) {
        throw e;
      }
      LOG.warn("Queue {} exists with other arguments than ours; using it as it is", queue);
      Channel next = channel.getConnection().createChannel();
      next.queueDeclarePassive(queue);
      return next;
    }
  }
}
