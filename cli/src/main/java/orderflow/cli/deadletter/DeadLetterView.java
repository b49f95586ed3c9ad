package orderflow.cli.deadletter;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orderflow.event.Ids;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Delivery;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A dead letter as an operator wants to see it. Reads what our services wrote, what a broker wrote
 * ({@code x-death}), and tolerates what anybody else did.
 *
 * @param position in its queue, from 1
 * @param replays how often it has been sent back before
 * @param bodyEncoding utf-8, or base64 when the bytes are no UTF-8
 */
public record DeadLetterView(
    int position,
    @Nullable String reason,
    @Nullable String detail,
    @Nullable String orderId,
    @Nullable String exchange,
    @Nullable String routingKey,
    @Nullable String at,
    long replays,
    String body,
    String bodyEncoding,
    Map<String, Object> headers) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  public static DeadLetterView of(int position, Delivery delivery) {
    var properties = delivery.properties();
    Map<String, Object> headers = properties.headers();
    Map<?, ?> death = latestDeath(headers);
    String text = utf8(delivery.body());
    return new DeadLetterView(
        position,
        first(properties.header(DeadLetter.REASON), text(death.get("reason"))),
        properties.header(DeadLetter.DETAIL),
        orderIdIn(text),
        first(properties.header(DeadLetter.EXCHANGE), text(death.get("exchange"))),
        first(properties.header(DeadLetter.ROUTING_KEY), firstKey(death)),
        first(properties.header(DeadLetter.AT), time(death)),
        number(properties.header(DeadLetter.REPLAYS)),
        text == null ? Base64.getEncoder().encodeToString(delivery.body()) : text,
        text == null ? "base64" : "utf-8",
        headers);
  }

  /** The same, with the order that {@code body} is about. */
  DeadLetterView withOrderOf(byte[] body) {
    return new DeadLetterView(
        position,
        reason,
        detail,
        orderIdIn(utf8(body)),
        exchange,
        routingKey,
        at,
        replays,
        this.body,
        bodyEncoding,
        headers);
  }

  DeadLetterView withoutBody() {
    return new DeadLetterView(
        position,
        reason,
        detail,
        orderId,
        exchange,
        routingKey,
        at,
        replays,
        "",
        bodyEncoding,
        Map.of());
  }

  /** The contract for programs. */
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("position", position);
    json.put("reason", reason);
    json.put("detail", detail);
    json.put("order_id", orderId);
    json.put("exchange", exchange);
    json.put("routing_key", routingKey);
    json.put("at", at);
    json.put("replays", replays);
    json.put("body", body);
    json.put("body_encoding", bodyEncoding);
    json.put("headers", printableHeaders());
    return json;
  }

  /** The reason, or {@link ReasonGroups#UNKNOWN} when it names none. */
  public String reasonOrUnknown() {
    return reason == null ? ReasonGroups.UNKNOWN : reason;
  }

  /** The headers as JSON has them. */
  public Map<String, @Nullable Object> printableHeaders() {
    return printable(headers);
  }

  private static @Nullable String first(@Nullable String ours, @Nullable String theirs) {
    return ours == null ? theirs : ours;
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  /** The newest entry stands first. */
  private static Map<?, ?> latestDeath(Map<String, Object> headers) {
    return headers.get("x-death") instanceof List<?> deaths
            && !deaths.isEmpty()
            && deaths.getFirst() instanceof Map<?, ?> death
        ? death
        : Map.of();
  }

  private static @Nullable String firstKey(Map<?, ?> death) {
    return death.get("routing-keys") instanceof List<?> keys && !keys.isEmpty()
        ? String.valueOf(keys.getFirst())
        : null;
  }

  @SuppressWarnings("JavaUtilDate") // the AMQP client's type for timestamps
  private static @Nullable String time(Map<?, ?> death) {
    return death.get("time") instanceof java.util.Date date ? date.toInstant().toString() : null;
  }

  private static long number(@Nullable String header) {
    try {
      return header == null ? 0 : Long.parseLong(header);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /**
   * The order that a dead letter is about: by its body, or by the message id that our services
   * give; null when neither tells.
   */
  public static @Nullable String orderIdOf(Delivery delivery) {
    String id = orderIdIn(utf8(delivery.body()));
    String messageId = delivery.properties().messageId();
    if (id != null || messageId == null) {
      return id;
    }
    return messageId.substring(messageId.indexOf(':') + 1);
  }

  private static @Nullable String orderIdIn(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      JsonNode id = JSON.readTree(text).path("order_id");
      return id.isString() && Ids.isValid(id.stringValue()) ? id.stringValue() : null;
    } catch (JacksonException e) {
      return null;
    }
  }

  private static @Nullable String utf8(byte[] body) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(body))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static Map<String, @Nullable Object> printable(Map<?, ?> map) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    map.forEach((name, inner) -> copy.put(String.valueOf(name), printable(inner)));
    return copy;
  }

  /** Header values that JSON has no form for stand as text. */
  @SuppressWarnings("JavaUtilDate") // the AMQP client's type for timestamps
  private static @Nullable Object printable(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Map<?, ?> map -> printable(map);
      case List<?> list -> list.stream().map(DeadLetterView::printable).toList();
      case java.util.Date date -> date.toInstant().toString();
      case byte[] bytes -> Base64.getEncoder().encodeToString(bytes);
      case Boolean _, Integer _, Long _, Double _, Short _, Byte _ -> value;
      default -> value.toString();
    };
  }
}
