package orderflow.messaging;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to a dead-letter queue: bytes and properties as they came, and in headers of
 * ours where it came from, why, and when.
 */
public final class DeadLetter {
  public static final String REASON = "x-orderflow-reason";
  public static final String DETAIL = "x-orderflow-detail";
  public static final String EXCHANGE = "x-orderflow-exchange";
  public static final String ROUTING_KEY = "x-orderflow-routing-key";
  public static final String AT = "x-orderflow-at";

  /**
   * Names the dead letter: a confirm that was lost makes the relay publish it again, and the copies
   * have the same id.
   */
  public static final String ID = "x-orderflow-id";

  public static final String REPLAYS = "x-orderflow-replays";

  /**
   * What would change what becomes of a message is kept under this prefix. To be read only by
   * people: any publisher may send such headers.
   */
  private static final String KEPT = "x-orderflow-original-";

  private static final Set<String> WRITTEN = Set.of(REASON, DETAIL, EXCHANGE, ROUTING_KEY, AT, ID);

  private static final int MAX_DETAIL = 500;
  private static final int PERSISTENT = 2;

  /** Why a message is dead. Fixed: operators filter and group by it. */
  public enum Reason {
    /** Not the contract's JSON: not UTF-8, not JSON, a field missing or of the wrong type. */
    MALFORMED,
    /** The contract's JSON with a value that is not allowed. */
    INVALID,
    /** The same order id was seen before with other content. */
    CONFLICT,
    /** A type, encoding or content type that this queue does not take. */
    UNSUPPORTED,
    /** Larger than {@link orderflow.event.EventCodec#MAX_BYTES}; nobody looked inside. */
    TOO_LARGE,
    /** Looks right, yet processing it failed again and again. */
    PROCESSING;

    /** As it stands in headers, logs and JSON. */
    public String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private DeadLetter() {}

  /**
   * The dead letter for {@code delivery}, addressed to its queue's dead-letter queue.
   *
   * @param id see {@link #ID}
   */
  public static Message of(Delivery delivery, Reason reason, String detail, String id, Instant at) {
    BasicProperties original = delivery.properties().amqp();
    Map<String, Object> headers = new LinkedHashMap<>();
    if (original.getHeaders() != null) {
      headers.putAll(original.getHeaders());
    }
    headers.put(REASON, reason.wire());
    headers.put(DETAIL, detail.length() > MAX_DETAIL ? detail.substring(0, MAX_DETAIL) : detail);
    headers.put(EXCHANGE, delivery.exchange());
    headers.put(ROUTING_KEY, delivery.routingKey());
    headers.put(AT, at.toString());
    headers.put(ID, id);
    return new Message(
        "",
        Topology.deadLetterQueue(delivery.queue()),
        lasting(original, headers),
        delivery.body());
  }

  /**
   * The message that {@code letter} was, addressed to where it was published, and marked with how
   * often it has been replayed. Our headers and the broker's own traces of dead-lettering are taken
   * off. What {@link #of} put aside is not put back: the letter is removed once its replay is
   * confirmed, so the replay must not vanish or be refused either, and any publisher may have
   * forged it. It stays in its headers, to be read; what a letter that is not ours has of the kind
   * is put aside in the same way.
   */
  public static Message replay(Delivery letter) {
    BasicProperties properties = letter.properties().amqp();
    Map<String, Object> headers = new LinkedHashMap<>();
    Map<String, Object> all = properties.getHeaders() == null ? Map.of() : properties.getHeaders();
    all.forEach((name, value) -> {
      boolean ours = name.startsWith("x-orderflow-") && !name.startsWith(KEPT);
      if (!ours && !isTrace(name)) {
        headers.put(name, value);
      }
    });
    headers.put(REPLAYS, replays(letter) + 1);
    Properties message = lasting(properties, headers);
    String exchange = letter.properties().header(EXCHANGE);
    String routingKey = letter.properties().header(ROUTING_KEY);
    return exchange == null || routingKey == null
        ? new Message("", Topology.deadLetterOrigin(letter.queue()), message, letter.body())
        : new Message(exchange, routingKey, message, letter.body());
  }

  /** How often {@code letter} has been replayed, as its header says; 0 when that is no number. */
  public static int replays(Delivery letter) {
    String replays = letter.properties().header(REPLAYS);
    return replays != null && replays.matches("[0-9]{1,6}") ? Integer.parseInt(replays) : 0;
  }

  /** Whether the header {@code name} of a dead letter is from {@link #of}, not from its message. */
  static boolean writes(String name) {
    return WRITTEN.contains(name);
  }

  private static boolean isTrace(String name) {
    return name.equals("x-death")
        || name.startsWith("x-first-death-")
        || name.startsWith("x-last-death-")
        || name.equals("x-delivery-count");
  }

  /**
   * The properties {@code original} with {@code headers}, and put aside what would make the message
   * vanish, or be refused, or be somewhere else as well: an expiration; a delivery mode that does
   * not outlive the broker; a user id, which is refused from any other user; and the headers CC and
   * BCC, by which RabbitMQ routes copies, wherever they come from.
   */
  private static Properties lasting(BasicProperties original, Map<String, Object> headers) {
    for (String copies : List.of("CC", "BCC")) {
      if (headers.containsKey(copies)) {
        headers.put(KEPT + copies, headers.remove(copies));
      }
    }
    keep(headers, "expiration", original.getExpiration());
    keep(headers, "user-id", original.getUserId());
    Integer mode = original.getDeliveryMode();
    if (mode != null && mode != PERSISTENT) {
      keep(headers, "delivery-mode", mode);
    }
    return new Properties(
        original
            .builder()
            .headers(headers)
            .deliveryMode(PERSISTENT)
            .expiration(null)
            .userId(null)
            .build());
  }

  private static void keep(Map<String, Object> headers, String name, @Nullable Object value) {
    if (value != null) {
      headers.put(KEPT + name, value);
    }
  }
}
