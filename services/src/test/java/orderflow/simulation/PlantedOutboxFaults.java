package orderflow.simulation;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import orderflow.event.EventCodec;
import orderflow.event.InventoryOutcome;
import orderflow.event.OrderPlaced;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Message;
import orderflow.store.Store;
import orderflow.testing.Amqp;

/** Mistakes in the published messages: too few, too many, or changed. */
final class PlantedOutboxFaults {
  static final Map<String, PlantedFault> ALL =
      Map.ofEntries(
          Map.entry("event with another quantity", events(PlantedOutboxFaults::more)),
          Map.entry("outcome for another user", events(PlantedOutboxFaults::forAnotherUser)),
          Map.entry("outcome appended twice", new Tampering(() -> PlantedOutboxFaults::twice)),
          Map.entry("dead letter without headers", deadLetters(PlantedOutboxFaults::bare)),
          Map.entry(
              "dead letter from elsewhere",
              deadLetters(deadLetter -> with(deadLetter, DeadLetter.ROUTING_KEY, "elsewhere"))),
          Map.entry(
              "dead letter that always says processing",
              deadLetters(
                  deadLetter -> with(deadLetter, DeadLetter.REASON, Reason.PROCESSING.wire()))),
          Map.entry("no dead letter for unsupported", without(Reason.UNSUPPORTED)),
          Map.entry("no dead letter for too large", without(Reason.TOO_LARGE)),
          Map.entry("no dead letter for processing", without(Reason.PROCESSING)),
          Map.entry("one dead letter for all that look alike", new Tampering(OnlyTheFirst::new)));

  private PlantedOutboxFaults() {}

  /** Changes the messages that each process appends, with a state per process. */
  private static final class Tampering extends PlantedFault {
    private final Supplier<Function<Message, List<Message>>> instead;

    Tampering(Supplier<Function<Message, List<Message>>> instead) {
      this.instead = instead;
    }

    @Override
    Store store(Store store) {
      return new TamperedStore(store, instead.get());
    }
  }

  private static PlantedFault events(UnaryOperator<Message> change) {
    return new Tampering(
        () -> message -> List.of(message.exchange().isEmpty() ? message : change.apply(message)));
  }

  private static PlantedFault deadLetters(UnaryOperator<Message> change) {
    return new Tampering(
        () -> message -> List.of(message.exchange().isEmpty() ? change.apply(message) : message));
  }

  private static PlantedFault without(Reason reason) {
    return new Tampering(() ->
        message ->
            reason.wire().equals(message.properties().header(DeadLetter.REASON))
                ? List.of()
                : List.of(message));
  }

  /** Drops further dead letters of equal messages without an id. */
  private static final class OnlyTheFirst implements Function<Message, List<Message>> {
    private final Set<String> seen = new HashSet<>();

    @Override
    public List<Message> apply(Message message) {
      boolean further =
          message.exchange().isEmpty()
              && message.properties().messageId() == null
              && !seen.add(message.routingKey() + SimulationHistory.text(message.body()));
      return further ? List.of() : List.of(message);
    }
  }

  private static List<Message> twice(Message message) {
    return message.exchange().equals("inventory_events")
        ? List.of(message, message)
        : List.of(message);
  }

  private static Message more(Message message) {
    if (!message.routingKey().equals("order.placed")) {
      return message;
    }
    OrderPlaced order = EventCodec.decodeOrderPlaced(message.body());
    return body(
        message,
        EventCodec.encode(
            new OrderPlaced(order.orderId(), order.itemId(), order.qty() + 1, order.userId())));
  }

  private static Message forAnotherUser(Message message) {
    if (!message.exchange().equals("inventory_events")) {
      return message;
    }
    InventoryOutcome outcome = EventCodec.decodeOutcome(message.body());
    return body(
        message,
        EventCodec.encode(
            new InventoryOutcome(
                outcome.orderId(),
                outcome.status(),
                "another",
                outcome.itemId(),
                outcome.qty(),
                outcome.reason())));
  }

  private static Message body(Message message, byte[] body) {
    return new Message(message.exchange(), message.routingKey(), message.properties(), body);
  }

  private static Message bare(Message deadLetter) {
    Map<String, Object> headers = new LinkedHashMap<>(deadLetter.properties().headers());
    headers.keySet().removeIf(name -> !name.startsWith("x-orderflow-"));
    return headers(deadLetter, headers);
  }

  private static Message with(Message deadLetter, String name, String value) {
    Map<String, Object> headers = new LinkedHashMap<>(deadLetter.properties().headers());
    headers.put(name, value);
    return headers(deadLetter, headers);
  }

  private static Message headers(Message deadLetter, Map<String, Object> headers) {
    BasicProperties.Builder properties =
        Amqp.basic(deadLetter.properties()).builder().headers(headers);
    return new Message(
        deadLetter.exchange(),
        deadLetter.routingKey(),
        Amqp.properties(properties),
        deadLetter.body());
  }
}
