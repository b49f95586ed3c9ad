package orderflow.messaging;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orderflow.messaging.ContentHeader.Field;
import org.jspecify.annotations.Nullable;

/**
 * Builds dead letters, which keep the body and properties of their message and have origin, reason
 * and time in headers, and builds the replay of a dead letter.
 */
public final class DeadLetter {
  public static final String REASON = "x-orderflow-reason";
  public static final String DETAIL = "x-orderflow-detail";
  public static final String EXCHANGE = "x-orderflow-exchange";
  public static final String ROUTING_KEY = "x-orderflow-routing-key";
  public static final String AT = "x-orderflow-at";

  /**
   * The id of the dead letter, derived from its message. After a crash or a lost confirm it may be
   * in the queue twice, with the same id.
   */
  public static final String ID = "x-orderflow-id";

  public static final String REPLAYS = "x-orderflow-replays";

  /**
   * The prefix for properties and headers that would change the delivery of a dead letter. For
   * humans only: any publisher can send such headers.
   */
  private static final String KEPT = "x-orderflow-original-";

  private static final Set<String> WRITTEN = Set.of(REASON, DETAIL, EXCHANGE, ROUTING_KEY, AT, ID);

  private static final int MAX_DETAIL = 500;
  private static final byte PERSISTENT = 2;
  private static final byte[] NOTHING = {};

  /** Why a message was dead-lettered. */
  public enum Reason {
    /** Not the contract's JSON: not UTF-8, not JSON, a field missing or of the wrong type. */
    MALFORMED,
    /** The contract's JSON with a value that is not allowed. */
    INVALID,
    /** The order id is known with other content. */
    CONFLICT,
    /** A type, encoding or content type that this queue does not support. */
    UNSUPPORTED,
    /** Larger than {@link orderflow.event.EventCodec#MAX_BYTES}; not decoded. */
    TOO_LARGE,
    /** Valid, but processing failed repeatedly. */
    PROCESSING;

    /** The name in headers, logs and JSON. */
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
    List<HeaderEntry> headers = new ArrayList<>();
    for (HeaderEntry header : delivery.properties().entries()) {
      if (!isOurs(header)) {
        headers.add(header);
      } else if (headers.stream().noneMatch(kept -> kept.isNamed(KEPT + header.name()))) {
        headers.add(header.renamed(KEPT + header.name()));
      }
    }
    headers.add(HeaderEntry.text(REASON, reason.wire()));
    headers.add(
        HeaderEntry.text(
            DETAIL, detail.length() > MAX_DETAIL ? detail.substring(0, MAX_DETAIL) : detail));
    headers.add(HeaderEntry.text(EXCHANGE, delivery.exchange()));
    headers.add(HeaderEntry.text(ROUTING_KEY, delivery.routingKey()));
    headers.add(HeaderEntry.text(AT, at.toString()));
    headers.add(HeaderEntry.text(ID, id));
    return new Message(
        "",
        Topology.deadLetterQueue(delivery.queue()),
        durable(delivery.properties(), headers),
        delivery.body());
  }

  /**
   * The original message, addressed to its origin and marked with the number of replays. Our
   * headers and the broker's dead-lettering headers are removed. Properties that {@link #of} moved
   * to headers stay there: the dead letter is removed after its replay is confirmed, so the replay
   * must not expire or be refused, and any publisher can forge these headers.
   */
  public static Message replay(Delivery deadLetter) {
    List<HeaderEntry> headers = new ArrayList<>();
    for (HeaderEntry header : deadLetter.properties().entries()) {
      String name = header.name();
      if (!writes(name) && !name.equals(REPLAYS) && !isBrokers(name)) {
        headers.add(header);
      }
    }
    headers.add(HeaderEntry.number(REPLAYS, replays(deadLetter) + 1));
    MessageProperties message = durable(deadLetter.properties(), headers);
    String exchange = deadLetter.properties().header(EXCHANGE);
    String routingKey = deadLetter.properties().header(ROUTING_KEY);
    return exchange == null || routingKey == null
        ? new Message("", Topology.deadLetterOrigin(deadLetter.queue()), message, deadLetter.body())
        : new Message(exchange, routingKey, message, deadLetter.body());
  }

  /** The number of replays in the header of {@code deadLetter}; 0 when it is not a number. */
  public static int replays(Delivery deadLetter) {
    String replays = deadLetter.properties().header(REPLAYS);
    return replays != null && replays.matches("[0-9]{1,6}") ? Integer.parseInt(replays) : 0;
  }

  /** Whether a publisher's header has a name that {@link #of} writes. */
  private static boolean isOurs(HeaderEntry header) {
    return writes(header.name())
        || (header.isNamed(DroppedHeaders.NAME) && !DroppedHeaders.isRecord(header));
  }

  /** Whether {@link #of} writes the header {@code name}. */
  static boolean writes(String name) {
    return WRITTEN.contains(name);
  }

  private static boolean isBrokers(String name) {
    return name.equals("x-death")
        || name.startsWith("x-first-death-")
        || name.startsWith("x-last-death-")
        || name.equals("x-delivery-count");
  }

  /**
   * The properties {@code original} with {@code headers}, where a header replaces what would lose,
   * refuse or copy the message: expiration, transient delivery mode, user id (refused from another
   * user), and the headers CC and BCC.
   */
  private static MessageProperties durable(MessageProperties original, List<HeaderEntry> headers) {
    for (String copies : List.of("CC", "BCC")) {
      headers.stream()
          .filter(header -> header.isNamed(copies))
          .findFirst()
          .ifPresent(found -> {
            headers.removeIf(header -> header.isNamed(copies));
            keep(headers, found.renamed(KEPT + copies));
          });
    }
    ContentHeader content = original.content();
    keep(headers, "expiration", content.content(Field.EXPIRATION));
    keep(headers, "user-id", content.content(Field.USER_ID));
    byte[] mode = content.content(Field.DELIVERY_MODE);
    if (mode != null && mode[0] != PERSISTENT) {
      keep(headers, HeaderEntry.number(KEPT + "delivery-mode", mode[0] & 0xff));
    }
    return original.with(
        headers,
        Map.of(
            Field.DELIVERY_MODE,
            new byte[] {PERSISTENT},
            Field.EXPIRATION,
            NOTHING,
            Field.USER_ID,
            NOTHING));
  }

  private static void keep(List<HeaderEntry> headers, String name, byte @Nullable [] text) {
    if (text != null) {
      keep(headers, HeaderEntry.sized(KEPT + name, 'S', text));
    }
  }

  /** Replaces a forged header of the same name. */
  private static void keep(List<HeaderEntry> headers, HeaderEntry kept) {
    headers.removeIf(header -> header.isNamed(kept.name()));
    headers.add(kept);
  }
}
