package orderflow.cli.prove.scenario;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.prove.history.HistoryRecord.Header;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Messages as records of the history. */
final class MessageRecords {
  private MessageRecords() {}

  /** A message that was received from an exchange. */
  static HistoryRecord.Message received(long t, Delivery delivery) {
    return new HistoryRecord.Message(
        t,
        delivery.exchange(),
        delivery.routingKey(),
        delivery.properties().named(),
        headers(delivery.properties()),
        delivery.body());
  }

  /** A message in a dead-letter queue. */
  static HistoryRecord.DeadLetter deadLetter(long t, Delivery delivery) {
    return new HistoryRecord.DeadLetter(
        t,
        delivery.queue(),
        delivery.properties().named(),
        headers(delivery.properties()),
        delivery.body());
  }

  /**
   * A message that must become a dead letter of {@code queue}.
   *
   * @param reason null for any
   * @param mayRepeat whether the dead letter may exist twice with the same dead-letter id
   */
  static HistoryRecord.Published poison(
      long t, Message message, String queue, @Nullable String reason, boolean mayRepeat) {
    return new HistoryRecord.Published(
        t,
        message.exchange(),
        message.routingKey(),
        queue,
        message.properties().named(),
        headers(message.properties()),
        message.body(),
        true,
        "dead_letter",
        reason,
        mayRepeat);
  }

  static List<Header> headers(MessageProperties properties) {
    List<Header> headers = new ArrayList<>();
    for (Map.Entry<String, @Nullable Object> header : properties.headers().entrySet()) {
      headers.add(header(header.getKey(), header.getValue()));
    }
    return headers;
  }

  private static Header header(String name, @Nullable Object value) {
    return switch (value) {
      case null -> new Header(name, "null", null);
      case String text -> new Header(name, "text", text);
      case byte[] bytes -> new Header(name, "bytes", Base64.getEncoder().encodeToString(bytes));
      case Instant instant -> new Header(name, "timestamp", instant.toString());
      case Map<?, ?> table -> new Header(name, "table", json(table));
      case List<?> list -> new Header(name, "list", json(list));
      default ->
          new Header(
              name, value.getClass().getSimpleName().toLowerCase(Locale.ROOT), value.toString());
    };
  }

  private static String json(Object value) {
    return JsonMapper.shared().writeValueAsString(value);
  }
}
