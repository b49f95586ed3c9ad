package orderflow.cli.deadletter;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import orderflow.delivery.Disposition;
import orderflow.delivery.MessageValidator;
import orderflow.event.Event;
import orderflow.event.EventCodec;
import orderflow.event.InvalidEventException;
import orderflow.event.InventoryOutcome;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import orderflow.messaging.Topology;
import org.jspecify.annotations.Nullable;

/** Where a dead letter is sent back to, and whether it would die there again. */
public final class ReplayRouting {
  private final @Nullable String other;

  /**
   * @param other a queue to send to instead of where each came from; null for that
   */
  ReplayRouting(@Nullable String other) {
    this.other = other;
  }

  /**
   * The message to publish for {@code letter}: to where our headers, or else the broker's own, say
   * that it was published; or else to the queue that the dead-letter queue is named after. Empty
   * when nothing tells.
   */
  Optional<Message> replay(Delivery letter, DeadLetterInfo view, byte[] body) {
    Message plain = DeadLetter.replay(letter);
    String exchange = view.exchange();
    String routingKey = view.routingKey();
    if (other != null) {
      exchange = "";
      routingKey = other;
    } else if (exchange == null || routingKey == null) {
      exchange = "";
      routingKey = Topology.deadLetterOrigin(letter.queue());
    }
    return exchange.isEmpty() && routingKey.equals(letter.queue())
        ? Optional.empty()
        : Optional.of(new Message(exchange, routingKey, plain.properties(), body));
  }

  /** For people: where a replay sends {@code letter}; empty when nothing tells. */
  public static Optional<String> target(Delivery letter, DeadLetterInfo view) {
    return new ReplayRouting(null).replay(letter, view, letter.body()).map(ReplayRouting::name);
  }

  /** For people: where {@code message} goes. */
  static String name(Message message) {
    return message.exchange().isEmpty()
        ? message.routingKey()
        : message.exchange() + "/" + message.routingKey();
  }

  /**
   * The contract's queue that {@code message} arrives in, made for {@code letter}: by the
   * contract's bindings, or else the one that the letter came from; empty when it goes elsewhere.
   */
  static Optional<String> arrival(Delivery letter, Message message) {
    String origin = Topology.deadLetterOrigin(letter.queue());
    List<String> bound = destinations(message);
    String queue = bound.isEmpty() || bound.contains(origin) ? origin : bound.getFirst();
    return Topology.QUEUES.contains(queue) ? Optional.of(queue) : Optional.empty();
  }

  /** The queues that {@code message} goes to by the contract's bindings. */
  static List<String> destinations(Message message) {
    return message.exchange().isEmpty()
        ? List.of(message.routingKey())
        : Topology.BINDINGS.stream()
            .filter(binding -> binding.type().exchange().equals(message.exchange()))
            .filter(binding -> binding.type().routingKey().equals(message.routingKey()))
            .map(Topology.Binding::queue)
            .toList();
  }

  /**
   * Why the consumer of the queue that {@code message} arrives in would refuse it again; empty when
   * it would not, or when nobody knows what that consumer wants.
   */
  static Optional<String> problem(Delivery letter, DeadLetterInfo view, Message message) {
    return arrival(letter, message)
        .flatMap(queue -> {
          boolean asItWas =
              queue.equals(Topology.deadLetterOrigin(letter.queue()))
                  && Arrays.equals(letter.body(), message.body());
          return (asItWas ? standing(view) : Optional.<String>empty())
              .or(() -> poison(queue, message));
        });
  }

  /** What has not changed since, where the same message goes to the same consumer. */
  private static Optional<String> standing(DeadLetterInfo view) {
    if (Reason.CONFLICT.wire().equals(view.reason())) {
      return Optional.of("its order is on record with other content");
    }
    return Reason.UNSUPPORTED.wire().equals(view.reason())
        ? Optional.of("it is not taken: " + view.detail())
        : Optional.empty();
  }

  private static Optional<String> poison(String queue, Message message) {
    var arrived =
        new Delivery(
            0,
            false,
            queue,
            message.exchange(),
            message.routingKey(),
            message.properties(),
            message.body());
    List<Event.Type> accepted =
        Topology.BINDINGS.stream()
            .filter(binding -> binding.queue().equals(queue))
            .map(Topology.Binding::type)
            .toList();
    Optional<Disposition.Rejected> unsupported = MessageValidator.unsupported(arrived, accepted);
    return unsupported.isPresent()
        ? unsupported.map(Disposition.Rejected::detail)
        : misread(queue, message.body());
  }

  private static Optional<String> misread(String queue, byte[] body) {
    try {
      if (queue.equals(Topology.ORDER_PLACED)) {
        EventCodec.decodeOrderPlaced(body);
      } else if (EventCodec.decodeOutcome(body).status() == InventoryOutcome.Status.FAILED
          && queue.equals(Topology.INVENTORY_RESERVED)) {
        return Optional.of("a failed order does not belong into " + queue);
      }
      return Optional.empty();
    } catch (InvalidEventException e) {
      return Optional.of(e.detail());
    }
  }
}
