package orderflow.messaging;

import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import orderflow.event.Event.Type;

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

  public static final String EXCHANGE_TYPE = "direct";

  private static final String DLQ = "_dlq";

  /** Every binding. */
  public static final List<Binding> BINDINGS =
      List.of(
          new Binding(ORDER_PLACED, Type.ORDER_PLACED),
          new Binding(INVENTORY_RESERVED, Type.INVENTORY_RESERVED),
          new Binding(ORDER_OUTCOME, Type.INVENTORY_RESERVED),
          new Binding(ORDER_OUTCOME, Type.INVENTORY_FAILED));

  /** Large, so that crashes of a consumer never make a broker drop what it could not deliver. */
  private static final int QUORUM_DELIVERY_LIMIT = 1_000_000;

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

  /** A queue gets what is published to the type's exchange with the type's routing key. */
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

  /** The queues that are to take what is published to {@code exchange} with {@code routingKey}. */
  public static List<String> queues(String exchange, String routingKey) {
    return exchange.isEmpty()
        ? List.of(routingKey)
        : BINDINGS.stream()
            .filter(binding -> binding.type().exchange().equals(exchange))
            .filter(binding -> binding.type().routingKey().equals(routingKey))
            .map(Binding::queue)
            .toList();
  }

  /** What queues are declared with. */
  public static Map<String, Object> arguments(QueueType queueType) {
    return switch (queueType) {
      case DEFAULT -> Map.of();
      case QUORUM -> Map.of("x-queue-type", "quorum", "x-delivery-limit", QUORUM_DELIVERY_LIMIT);
    };
  }

  /**
   * Declares all of it; what is there already stays as it is, and is enough where the user may not
   * declare.
   *
   * @return what the user may not declare: exchanges and queues that are there, and bindings that
   *     may or may not be
   * @throws IOException when the broker refuses, or something is missing that must not be declared
   */
  static List<String> declare(Connection connection, QueueType queueType) throws IOException {
    return declareEach(connection, queueType, new QueueHistory()).requireAll();
  }

  /**
   * What came of a declaration.
   *
   * @param unverified what the user may not declare, see {@link #declare}
   * @param refused by the name of the exchange or queue, why it is not as it has to be
   */
  record DeclareResult(List<String> unverified, Map<String, IOException> refused) {
    void require(String name) throws IOException {
      IOException why = refused.get(name);
      if (why != null) {
        throw why;
      }
    }

    List<String> requireAll() throws IOException {
      for (IOException why : refused.values()) {
        throw why;
      }
      return unverified;
    }
  }

  /**
   * Declares all of it, also past what the broker refuses.
   *
   * @param history to which queues are reported that were there before and are missing
   * @throws IOException when the connection is lost
   */
  static DeclareResult declareEach(Connection connection, QueueType queueType, QueueHistory history)
      throws IOException {
    Map<String, Object> arguments = arguments(queueType);
    try (var declaring = new TopologyDeclarer(connection, history)) {
      for (Type type : Type.values()) {
        declaring.attempt(type.exchange(), () -> declaring.exchange(type.exchange()));
      }
      for (String queue : withDeadLetters()) {
        declaring.attempt(queue, () -> declaring.queue(queue, arguments));
      }
      for (Binding binding : BINDINGS) {
        declaring.attempt(
            binding.queue(),
            () ->
                declaring.binding(
                    binding.queue(), binding.type().exchange(), binding.type().routingKey()));
      }
      return declaring.declared();
    }
  }

  /**
   * Declares again what has vanished of a topology that {@link #declare} has declared: bindings as
   * they are, because there is no way to ask for them, and only those queues that are missing.
   *
   * @param mayDeclare false to see only whether all is there, but for bindings
   * @throws IOException when the broker refuses, or something is missing that must not be declared
   */
  static void restore(
      Connection connection, QueueType queueType, QueueHistory history, boolean mayDeclare)
      throws IOException {
    boolean complete = true;
    try (var declaring = new TopologyDeclarer(connection, history)) {
      for (Type type : Type.values()) {
        complete &= declaring.hasExchange(type.exchange());
      }
      for (String queue : withDeadLetters()) {
        complete &= declaring.hasQueue(queue);
      }
      if (complete && mayDeclare) {
        for (Binding binding : BINDINGS) {
          declaring.binding(
              binding.queue(), binding.type().exchange(), binding.type().routingKey());
        }
      }
    }
    if (!complete) {
      declareEach(connection, queueType, history).requireAll();
    }
  }

  private static List<String> withDeadLetters() {
    return QUEUES.stream().flatMap(queue -> Stream.of(queue, deadLetterQueue(queue))).toList();
  }
}
