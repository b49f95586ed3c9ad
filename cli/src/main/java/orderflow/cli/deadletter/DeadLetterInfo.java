package orderflow.cli.deadletter;

import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orderflow.event.Ids;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Delivery;
import orderflow.messaging.DroppedHeaders;
import orderflow.messaging.Fingerprint;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * A dead letter as operators see it: as our services wrote it, as a broker did ({@code x-death}),
 * or as any other program did.
 *
 * @param position in its queue, from 1
 * @param id identifies it wherever it is; copies have the same
 * @param replays how often it has been replayed
 * @param content the body's bytes, which may be many: decoded only when asked for
 * @param bodyEncoding utf-8, or base64 when the bytes are not UTF-8
 */
public record DeadLetterInfo(
    int position,
    String id,
    @Nullable String reason,
    @Nullable String detail,
    @Nullable String orderId,
    @Nullable String exchange,
    @Nullable String routingKey,
    @Nullable String at,
    long replays,
    byte[] content,
    String bodyEncoding,
    Map<String, Object> headers) {
  private static final int ID_DIGITS = 12;
  private static final String BASE64 = "base64";
  private static final int DECODED_CHARACTERS = 8 * 1024;
  private static final ObjectReader ORDER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(OrderReference.class);

  public static DeadLetterInfo of(int position, Delivery delivery) {
    var properties = delivery.properties();
    Map<String, Object> headers = properties.headers();
    Map<?, ?> death = latestDeath(headers);
    byte[] body = delivery.body();
    return new DeadLetterInfo(
        position,
        idOf(delivery),
        first(properties.header(DeadLetter.REASON), text(death.get("reason"))),
        properties.header(DeadLetter.DETAIL),
        orderIdIn(body),
        first(properties.header(DeadLetter.EXCHANGE), text(death.get("exchange"))),
        first(properties.header(DeadLetter.ROUTING_KEY), firstKey(death)),
        first(properties.header(DeadLetter.AT), time(death)),
        DeadLetter.replays(delivery),
        body,
        isUtf8(body) ? "utf-8" : BASE64,
        headers);
  }

  /** From {@code x-orderflow-id} and the body, as two services may give the same id. */
  private static String idOf(Delivery delivery) {
    String given = delivery.properties().header(DeadLetter.ID);
    Fingerprint all =
        given == null ? Fingerprint.of(delivery) : Fingerprint.of(given, delivery.body());
    return "%016x".formatted(all.high()).substring(0, ID_DIGITS);
  }

  /** A message that was not read. */
  static DeadLetterInfo unread(int position) {
    return new DeadLetterInfo(
        position, "", null, null, null, null, null, null, 0, new byte[0], "utf-8", Map.of());
  }

  /** The same without body and headers, and about the order of {@code body}. */
  DeadLetterInfo withOrderOf(byte[] body) {
    return withoutBody(orderIdIn(body));
  }

  DeadLetterInfo withoutBody() {
    return withoutBody(orderId);
  }

  private DeadLetterInfo withoutBody(@Nullable String order) {
    return new DeadLetterInfo(
        position,
        id,
        reason,
        detail,
        order,
        exchange,
        routingKey,
        at,
        replays,
        new byte[0],
        bodyEncoding,
        Map.of());
  }

  /** Decodes in steps, so that a large body takes no more memory. */
  static boolean isUtf8(byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder(); // reports malformed input
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(DECODED_CHARACTERS);
    CoderResult result = CoderResult.OVERFLOW;
    while (result.isOverflow()) {
      out.clear();
      result = decoder.decode(in, out, true);
    }
    return !result.isError();
  }

  /** In its encoding. */
  public String body() {
    return bodyEncoding.equals(BASE64)
        ? Base64.getEncoder().encodeToString(content)
        : new String(content, StandardCharsets.UTF_8);
  }

  /** Whether {@code text} is in the body, which may be binary, or in the detail. */
  boolean contains(String text) {
    String bytes = new String(content, StandardCharsets.ISO_8859_1);
    String wanted = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return bytes.contains(wanted) || (detail != null && detail.contains(text));
  }

  /** As the JSON schema has it; bytes are written as base64. */
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("position", position);
    json.put("id", id);
    json.put("reason", reason);
    json.put("detail", detail);
    json.put("order_id", orderId);
    json.put("exchange", exchange);
    json.put("routing_key", routingKey);
    json.put("at", at);
    json.put("replays", replays);
    json.put("body", bodyEncoding.equals(BASE64) ? content : body());
    json.put("body_encoding", bodyEncoding);
    json.put("headers", printableHeaders());
    json.put("dropped_headers", droppedHeaders());
    return json;
  }

  /** The reason, or {@link CauseGroups#UNKNOWN}. */
  public String reasonOrUnknown() {
    return reason == null ? CauseGroups.UNKNOWN : reason;
  }

  /** The headers as JSON has them. */
  public Map<String, @Nullable Object> printableHeaders() {
    return printable(headers);
  }

  /** A line for each header of the original message that did not fit into the dead letter. */
  public List<String> droppedHeaders() {
    return DroppedHeaders.in(headers);
  }

  private static @Nullable String first(@Nullable String ours, @Nullable String theirs) {
    return ours == null ? theirs : ours;
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  /** The newest entry is the first. */
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

  private static @Nullable String time(Map<?, ?> death) {
    return death.get("time") instanceof Instant time ? time.toString() : null;
  }

  /** The order id in the body, or else in the message id that our services give; else null. */
  public static @Nullable String orderIdOf(Delivery delivery) {
    String id = orderIdIn(delivery.body());
    String messageId = delivery.properties().messageId();
    if (id != null || messageId == null) {
      return id;
    }
    return messageId.substring(messageId.indexOf(':') + 1);
  }

  /** Reads valid JSON only, and builds no tree of the other fields. */
  private static @Nullable String orderIdIn(byte[] body) {
    try {
      OrderReference found = ORDER.readValue(text(body));
      String id = found == null || found.orderId == null ? null : found.orderId.stringValue(null);
      return id != null && Ids.isValid(id) ? id : null;
    } catch (JacksonException e) {
      return null;
    }
  }

  private record OrderReference(@Nullable JsonNode orderId) {}

  /** Fails on malformed UTF-8. */
  private static Reader text(byte[] body) {
    return new InputStreamReader(
        new ByteArrayInputStream(body), StandardCharsets.UTF_8.newDecoder());
  }

  private static Map<String, @Nullable Object> printable(Map<?, ?> map) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    map.forEach((name, inner) -> copy.put(String.valueOf(name), printable(inner)));
    return copy;
  }

  /** Header values without a JSON type become text. */
  private static @Nullable Object printable(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Map<?, ?> map -> printable(map);
      case List<?> list -> list.stream().map(DeadLetterInfo::printable).toList();
      case byte[] bytes -> Base64.getEncoder().encodeToString(bytes);
      case Boolean _, Integer _, Long _, Double _, Short _, Byte _ -> value;
      default -> value.toString();
    };
  }
}
