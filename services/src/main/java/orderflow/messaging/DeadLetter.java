package orderflow.messaging;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

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

  /** Properties that would change what becomes of the dead letter are kept under this prefix. */
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
      original.getHeaders().forEach((name, value) -> headers.put(safeName(name), value));
    }
    headers.put(REASON, reason.wire());
    headers.put(DETAIL, detail.length() > MAX_DETAIL ? detail.substring(0, MAX_DETAIL) : detail);
    headers.put(EXCHANGE, delivery.exchange());
    headers.put(ROUTING_KEY, delivery.routingKey());
    headers.put(AT, at.toString());
    headers.put(ID, id);
    BasicProperties.Builder properties =
        original.builder().deliveryMode(PERSISTENT).headers(headers);
    // A time to live would make the dead letter vanish; a user id is refused from any other user.
    if (original.getExpiration() != null) {
      headers.put(KEPT + "expiration", original.getExpiration());
      properties.expiration(null);
    }
    if (original.getUserId() != null) {
      headers.put(KEPT + "user-id", original.getUserId());
      properties.userId(null);
    }
    if (original.getDeliveryMode() != null && original.getDeliveryMode() != PERSISTENT) {
      headers.put(KEPT + "delivery-mode", original.getDeliveryMode());
    }
    return new Message(
        "",
        Topology.deadLetterQueue(delivery.queue()),
        new Properties(properties.build()),
        delivery.body());
  }

  /**
   * The message that {@code letter} was, addressed to where it was published, and marked with how
   * often it has been replayed. Our headers and the broker's own traces of dead-lettering are taken
   * off; what {@link #of} put aside is put back, except a user id, which is refused from any other
   * user, and a CC or BCC, which would send copies to queues that had theirs.
   */
  public static Message replay(Delivery letter) {
    BasicProperties properties = letter.properties().amqp();
    Map<String, Object> headers = new LinkedHashMap<>();
    Map<String, Object> all = properties.getHeaders() == null ? Map.of() : properties.getHeaders();
    all.forEach((name, value) -> {
      if (!name.startsWith("x-orderflow-") && !isTrace(name)) {
        headers.put(name, value);
      }
    });
    headers.put(REPLAYS, replays(letter) + 1);
    BasicProperties.Builder replayed = properties.builder().headers(headers);
    String expiration = letter.properties().header(KEPT + "expiration");
    if (expiration != null) {
      replayed.expiration(expiration);
    }
    var message = new Properties(replayed.build());
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
        || name.equals("x-delivery-count")
        || name.equals("CC")
        || name.equals("BCC");
  }

  /** RabbitMQ routes copies by the headers CC and BCC, wherever they come from. */
  private static String safeName(String name) {
    return name.equals("CC") || name.equals("BCC") ? KEPT + name : name;
  }
}
