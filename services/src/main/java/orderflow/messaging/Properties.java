package orderflow.messaging;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.LongString;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orderflow.event.Event;
import org.jspecify.annotations.Nullable;

/**
 * A message's properties and headers. They travel through the store in AMQP's own encoding, so that
 * whatever a client sent, of whatever header type, comes out as it went in. Immutable.
 */
@SuppressWarnings("JavaUtilDate") // the client's own type for timestamps
public final class Properties {
  private static final int PERSISTENT = 2;
  private static final int CLASS_ID_BYTES = 2;

  /** A frame's own header and end byte. */
  private static final int FRAME_OVERHEAD = 8;

  /** At least what naming the dropped headers takes. */
  private static final int ROOM_FOR_NAMES = 2 * 1024;

  private final BasicProperties amqp;

  Properties(BasicProperties amqp) {
    this.amqp = amqp;
  }

  /**
   * As the contract has it for what we publish, with the CloudEvents 1.0 attributes as headers
   * (AMQP protocol binding, section 3.1.1).
   */
  public static Properties of(Event event, Instant at, String appId) {
    Map<String, Object> headers = new LinkedHashMap<>();
    headers.put("cloudEvents:specversion", "1.0");
    headers.put("cloudEvents:id", event.messageId());
    headers.put("cloudEvents:source", "/orderflow/" + appId);
    headers.put("cloudEvents:type", event.type().eventName());
    headers.put("cloudEvents:time", at.toString());
    return new Properties(
        new BasicProperties.Builder()
            .contentType("application/json")
            .deliveryMode(PERSISTENT)
            .messageId(event.messageId())
            .type(event.type().eventName())
            .correlationId(event.orderId())
            .timestamp(Date.from(at))
            .appId(appId)
            .headers(headers)
            .build());
  }

  /** None at all, as a foreign publisher may send. */
  public static Properties none() {
    return new Properties(new BasicProperties.Builder().build());
  }

  /** Persistent, with a message id and nothing else: for what is sent to be refused. */
  public static Properties persistent(String messageId) {
    return new Properties(
        new BasicProperties.Builder().deliveryMode(PERSISTENT).messageId(messageId).build());
  }

  /** Reads what {@link #encode} wrote. */
  public static Properties decode(byte[] encoded) {
    try (var in =
        new DataInputStream(
            new ByteArrayInputStream(encoded, CLASS_ID_BYTES, encoded.length - CLASS_ID_BYTES))) {
      return new Properties(new BasicProperties(in));
    } catch (IOException e) {
      throw new UncheckedIOException("the stored properties are damaged", e);
    }
  }

  /** In AMQP's content header encoding, byte for byte what goes over the wire. */
  public byte[] encode() {
    try {
      return amqp.toFrame(0, 0).getPayload();
    } catch (IOException e) {
      throw new UncheckedIOException("the properties cannot be encoded", e);
    }
  }

  public @Nullable String contentType() {
    return amqp.getContentType();
  }

  public @Nullable String contentEncoding() {
    return amqp.getContentEncoding();
  }

  public @Nullable String type() {
    return amqp.getType();
  }

  public @Nullable String messageId() {
    return amqp.getMessageId();
  }

  /** All that are set but the headers, by their names in AMQP, in its order. */
  public Map<String, String> named() {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("content_type", amqp.getContentType());
    all.put("content_encoding", amqp.getContentEncoding());
    all.put("delivery_mode", amqp.getDeliveryMode());
    all.put("priority", amqp.getPriority());
    all.put("correlation_id", amqp.getCorrelationId());
    all.put("reply_to", amqp.getReplyTo());
    all.put("expiration", amqp.getExpiration());
    all.put("message_id", amqp.getMessageId());
    all.put("timestamp", amqp.getTimestamp() == null ? null : amqp.getTimestamp().toInstant());
    all.put("type", amqp.getType());
    all.put("user_id", amqp.getUserId());
    all.put("app_id", amqp.getAppId());
    Map<String, String> set = new LinkedHashMap<>();
    all.forEach((name, value) -> {
      if (value != null) {
        set.put(name, value.toString());
      }
    });
    return set;
  }

  /** A header as text, or null when it is absent. */
  public @Nullable String header(String name) {
    Map<String, Object> headers = amqp.getHeaders();
    Object value = headers == null ? null : headers.get(name);
    return value == null ? null : value.toString();
  }

  /** All headers, with AMQP's long strings as {@link String}; never null, not modifiable. */
  public Map<String, Object> headers() {
    Map<String, Object> headers = amqp.getHeaders();
    if (headers == null) {
      return Map.of();
    }
    Map<String, Object> plain = new LinkedHashMap<>();
    headers.forEach((name, value) -> plain.put(name, plain(value)));
    return Collections.unmodifiableMap(plain);
  }

  private static @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case LongString text -> text.toString();
      case Map<?, ?> table -> {
        Map<String, Object> copy = new LinkedHashMap<>();
        table.forEach((name, inner) -> copy.put(String.valueOf(name), plain(inner)));
        yield copy;
      }
      case List<?> list -> {
        List<Object> copy = new ArrayList<>();
        list.forEach(inner -> copy.add(plain(inner)));
        yield copy;
      }
      case null -> null;
      default -> value;
    };
  }

  BasicProperties amqp() {
    return amqp;
  }

  /**
   * These properties, in a content header that a frame of {@code frameMax} bytes holds. Headers
   * that filled their frame when they came have no room for ours beside them; then the largest of
   * theirs give way, named in a header, rather than that the message can never be published. Theirs
   * are all that {@link DeadLetter} did not write, whatever they are called.
   */
  Properties fittingInto(int frameMax) {
    int excess = excess(frameMax);
    return excess <= 0 ? this : without(excess + ROOM_FOR_NAMES, amqp.getHeaders());
  }

  /** Whether {@link #fittingInto} would change nothing. */
  boolean fits(int frameMax) {
    return excess(frameMax) <= 0;
  }

  /** By how many bytes they are too long; negative or 0 when they are not. */
  private int excess(int frameMax) {
    Map<String, Object> headers = amqp.getHeaders();
    return frameMax == 0 || headers == null || !mayExceed(headers, frameMax)
        ? 0
        : encode().length - (frameMax - FRAME_OVERHEAD);
  }

  private Properties without(int bytes, Map<String, Object> headers) {
    Map<String, Object> kept = new LinkedHashMap<>(headers);
    List<String> dropped = new ArrayList<>();
    int left = bytes;
    for (Sized foreign : foreignLargestFirst(headers)) {
      if (left <= 0) {
        break;
      }
      left -= foreign.bytes();
      kept.remove(foreign.name());
      dropped.add(foreign.name().substring(0, Math.min(40, foreign.name().length())));
    }
    kept.put(
        "x-orderflow-dropped-headers",
        dropped.size() > 10 ? dropped.size() + " headers" : String.join(",", dropped));
    return new Properties(amqp.builder().headers(kept).build());
  }

  /**
   * Few messages carry many or long headers; only those are worth encoding to measure. Never
   * guesses too little: all other properties can be, and a name with its type and a length.
   */
  private static boolean mayExceed(Map<String, Object> headers, int frameMax) {
    long guess = 4_096;
    for (Object value : headers.values()) {
      guess +=
          switch (value) {
            case String text -> 4L * text.length() + 272;
            case LongString text -> text.length() + 272;
            case Number _, Boolean _, Date _ -> 272;
            case null -> 272;
            default -> frameMax;
          };
    }
    return guess > frameMax;
  }

  private record Sized(String name, int bytes) {}

  private static List<Sized> foreignLargestFirst(Map<String, Object> headers) {
    int nothing = encodedAlone(Map.of());
    List<Sized> foreign = new ArrayList<>();
    headers.forEach((name, value) -> {
      if (!DeadLetter.writes(name)) {
        int bytes = encodedAlone(Collections.singletonMap(name, value)) - nothing;
        foreign.add(new Sized(name, bytes));
      }
    });
    foreign.sort(Comparator.comparingInt(Sized::bytes).reversed());
    return foreign;
  }

  private static int encodedAlone(Map<String, Object> headers) {
    return new Properties(new BasicProperties.Builder().headers(headers).build()).encode().length;
  }
}
