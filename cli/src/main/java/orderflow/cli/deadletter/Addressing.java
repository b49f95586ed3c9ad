package orderflow.cli.deadletter;

import java.util.Optional;
import orderflow.event.EventCodec;
import orderflow.event.InvalidEventException;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import orderflow.messaging.Topology;
import org.jspecify.annotations.Nullable;

/** Where a dead letter is sent back to, and whether it would die there again. */
public final class Addressing {
  private final @Nullable String other;

  /**
   * @param other a queue to send to instead of where each came from; null for that
   */
  Addressing(@Nullable String other) {
    this.other = other;
  }

  /**
   * The message to publish for {@code letter}: to where our headers, or else the broker's own, say
   * that it was published; or else to the queue that the dead-letter queue is named after. Empty
   * when nothing tells.
   */
  Optional<Message> replay(Delivery letter, DeadLetterView view, byte[] body) {
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
  public static Optional<String> target(Delivery letter, DeadLetterView view) {
    return new Addressing(null).replay(letter, view, letter.body()).map(Addressing::name);
  }

  /** For people: where {@code message} goes. */
  static String name(Message message) {
    return message.exchange().isEmpty()
        ? message.routingKey()
        : message.exchange() + "/" + message.routingKey();
  }

  /**
   * Why the consumer of the queue would refuse it again; empty when it would not, or when nobody
   * knows what that consumer wants.
   */
  Optional<String> problem(Delivery letter, DeadLetterView view, byte[] body) {
    String target = other == null ? Topology.deadLetterOrigin(letter.queue()) : other;
    if (!Topology.QUEUES.contains(target)) {
      return Optional.empty();
    }
    if (other == null && Reason.UNSUPPORTED.wire().equals(view.reason())) {
      return Optional.of("its properties are not taken: " + view.detail());
    }
    if (body.length > EventCodec.MAX_BYTES) {
      return Optional.of("it is larger than " + EventCodec.MAX_BYTES + " bytes");
    }
    try {
      if (target.equals(Topology.ORDER_PLACED)) {
        EventCodec.decodeOrderPlaced(body);
      } else {
        EventCodec.decodeOutcome(body);
      }
      return Optional.empty();
    } catch (InvalidEventException e) {
      return Optional.of(e.detail());
    }
  }
}
