package orderflow.cli.deadletter;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orderflow.delivery.Disposition;
import orderflow.delivery.MessageValidator;
import orderflow.event.Event;
import orderflow.event.EventCodec;
import orderflow.event.InvalidEventException;
import orderflow.event.InventoryOutcome;
import orderflow.messaging.AmqpName;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;
import org.jspecify.annotations.Nullable;

/**
 * Where a dead letter is replayed to, whether that exists, and whether its consumer would
 * dead-letter it again. Asks the broker for each destination once. Not thread-safe.
 */
public final class ReplayRouting {
  private final QueueBrowser browser;
  private final @Nullable String to;
  private final Map<String, Optional<String>> missing = new HashMap<>();
  private final Map<String, String> queueTypes = new HashMap<>();

  /**
   * @param to a queue to send to; null for where each message came from
   */
  ReplayRouting(QueueBrowser browser, @Nullable String to) {
    this.browser = browser;
    this.to = to;
  }

  /** {@link #replay} for {@code --to}. */
  Optional<Message> route(Delivery deadLetter, DeadLetterInfo info, byte[] body) {
    return replay(deadLetter, info, body, to);
  }

  /**
   * The message to publish: to where our headers, or else the broker's, say that it was published;
   * or else to the queue that the dead-letter queue is named after. Empty when that is unknown.
   */
  private static Optional<Message> replay(
      Delivery deadLetter, DeadLetterInfo info, byte[] body, @Nullable String to) {
    Message original = DeadLetter.replay(deadLetter);
    String exchange = info.exchange();
    String routingKey = info.routingKey();
    if (to != null) {
      exchange = "";
      routingKey = to;
    } else if (exchange == null || routingKey == null) {
      exchange = "";
      routingKey = Topology.deadLetterOrigin(deadLetter.queue());
    }
    return exchange.isEmpty() && routingKey.equals(deadLetter.queue())
        ? Optional.empty()
        : Optional.of(new Message(exchange, routingKey, original.properties(), body));
  }

  /** Where {@code deadLetter} is replayed to, human-readable; empty when that is unknown. */
  public static Optional<String> target(Delivery deadLetter, DeadLetterInfo info) {
    return replay(deadLetter, info, deadLetter.body(), null).map(ReplayRouting::address);
  }

  static String address(Message message) {
    return message.exchange().isEmpty()
        ? message.routingKey()
        : message.exchange() + "/" + message.routingKey();
  }

  /** The queue of the contract that {@code message} arrives in; empty for any other queue. */
  static Optional<String> contractQueue(Delivery deadLetter, Message message) {
    String origin = Topology.deadLetterOrigin(deadLetter.queue());
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
   * Why {@code message} cannot be published; empty when it can, or when that is unknown. A missing
   * exchange would close the channel, and leave all messages in flight unknown.
   */
  Optional<String> whyNotPublishable(Message message) {
    boolean toQueue = message.exchange().isEmpty();
    String name = toQueue ? message.routingKey() : message.exchange();
    return invalidName("the exchange it came from", message.exchange())
        .or(() ->
            invalidName(toQueue ? "the queue's name" : "its routing key", message.routingKey()))
        .or(() ->
            missing.computeIfAbsent((toQueue ? "queue " : "exchange ") + name, this::whyMissing));
  }

  private static Optional<String> invalidName(String what, String name) {
    return AmqpName.problem(name).map(problem -> what + " " + problem + "; use --to");
  }

  private Optional<String> whyMissing(String destination) {
    String name = destination.substring(destination.indexOf(' ') + 1);
    try {
      boolean exists =
          destination.startsWith("queue ")
              ? browser.depth(name).isPresent()
              : browser.hasExchange(name);
      return exists ? Optional.empty() : Optional.of("there is no " + destination);
    } catch (MessagingException e) {
      return Optional.empty();
    }
  }

  /**
   * Why the broker nacked a message; a nack has no reason.
   *
   * @param queues the destinations, as far as known
   * @param address as {@link #address} has it
   */
  String whyNacked(List<String> queues, String address) {
    return (queues.isEmpty() ? "a queue of " + address : String.join(" or ", queues))
        + (mayLackMajority(queues) ? " is full or has no majority" : " is full")
        + ": the broker refused it";
  }

  private boolean mayLackMajority(List<String> queues) {
    try {
      return queues.isEmpty()
          || queues.stream()
              .map(queue ->
                  queueTypes.computeIfAbsent(queue, name -> browser.queueProperties(name).type()))
              .anyMatch(type -> !type.equals("classic"));
    } catch (MessagingException e) {
      return true;
    }
  }

  /**
   * Why the consumer of {@code message} would dead-letter it again; empty when it would not, or
   * when its rules are not known.
   */
  static Optional<String> whyDeadAgain(Delivery deadLetter, DeadLetterInfo info, Message message) {
    Optional<String> queue = contractQueue(deadLetter, message);
    if (queue.isEmpty()) {
      return Optional.empty();
    }
    boolean unchanged =
        queue.get().equals(Topology.deadLetterOrigin(deadLetter.queue()))
            && Arrays.equals(deadLetter.body(), message.body());
    if (unchanged && Reason.CONFLICT.wire().equals(info.reason())) {
      return Optional.of("its order is on record with other content");
    }
    return unchanged && Reason.UNSUPPORTED.wire().equals(info.reason())
        ? Optional.of("it is not taken: " + info.detail())
        : whyPoison(queue.get(), message);
  }

  private static Optional<String> whyPoison(String queue, Message message) {
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
    return MessageValidator.unsupported(arrived, accepted)
        .map(Disposition.Rejected::detail)
        .or(() -> whyInvalid(queue, message.body()));
  }

  private static Optional<String> whyInvalid(String queue, byte[] body) {
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
