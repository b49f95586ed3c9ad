package orderflow.messaging;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import orderflow.event.Event.Type;

/**
 * The contract's exchanges, queues and bindings. Queues are durable and have no arguments, because
 * other programs declare them so and a broker refuses differences.
 */
public final class Topology {
  public static final String ORDER_PLACED = "order_placed";
  public static final String INVENTORY_RESERVED = "inventory_reserved";
  public static final String ORDER_OUTCOME = "order_outcome";

  /** The queues that our services consume. */
  public static final List<String> QUEUES =
      List.of(ORDER_PLACED, INVENTORY_RESERVED, ORDER_OUTCOME);

  public static final String EXCHANGE_TYPE = "direct";

  private static final String DLQ = "_dlq";

  public static final List<Binding> BINDINGS =
      List.of(
          new Binding(ORDER_PLACED, Type.ORDER_PLACED),
          new Binding(INVENTORY_RESERVED, Type.INVENTORY_RESERVED),
          new Binding(ORDER_OUTCOME, Type.INVENTORY_RESERVED),
          new Binding(ORDER_OUTCOME, Type.INVENTORY_FAILED));

  /** Large, so that a broker drops no messages when a consumer crashes. */
  private static final int QUORUM_DELIVERY_LIMIT = 1_000_000;

  /** How to declare queues. */
  public enum QueueType {
    /** No arguments: the virtual host's default type. */
    DEFAULT,
    /** Replicated; every program that declares the queues must use the same type. */
    QUORUM;

    /** The name on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A queue bound to the type's exchange with the type's routing key. */
  public record Binding(String queue, Type type) {}

  private Topology() {}

  public static String deadLetterQueue(String queue) {
    return queue + DLQ;
  }

  /** The queue whose dead letters {@code deadLetterQueue} holds. */
  public static String deadLetterOrigin(String deadLetterQueue) {
    return deadLetterQueue.endsWith(DLQ)
        ? deadLetterQueue.substring(0, deadLetterQueue.length() - DLQ.length())
        : deadLetterQueue;
  }

  /** The queues that receive messages of {@code exchange} with {@code routingKey}. */
  public static List<String> queues(String exchange, String routingKey) {
    return exchange.isEmpty()
        ? List.of(routingKey)
        : BINDINGS.stream()
            .filter(binding -> binding.type().exchange().equals(exchange))
            .filter(binding -> binding.type().routingKey().equals(routingKey))
            .map(Binding::queue)
            .toList();
  }

  /** The arguments of queues. */
  public static Map<String, Object> arguments(QueueType queueType) {
    return switch (queueType) {
      case DEFAULT -> Map.of();
      case QUORUM -> Map.of("x-queue-type", "quorum", "x-delivery-limit", QUORUM_DELIVERY_LIMIT);
    };
  }

  static List<String> allQueues() {
    return QUEUES.stream().flatMap(queue -> Stream.of(queue, deadLetterQueue(queue))).toList();
  }
}
