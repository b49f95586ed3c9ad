package orderflow.messaging;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Identifies a message by the first half of a SHA-256 over properties and body. */
public record Fingerprint(long high, long low) {
  public static Fingerprint of(Delivery delivery) {
    return of(stable(delivery.properties()).encode(), delivery.body());
  }

  /** Of bytes that identify a message. */
  public static Fingerprint of(byte[] bytes) {
    return of(bytes, new byte[0]);
  }

  /** Of a named message: copies with other properties have the same fingerprint. */
  public static Fingerprint of(String name, byte[] body) {
    return of((name + '\n').getBytes(StandardCharsets.UTF_8), body);
  }

  private static Fingerprint of(byte[] beginning, byte[] rest) {
    MessageDigest digest = sha256();
    digest.update(beginning);
    ByteBuffer bytes = ByteBuffer.wrap(digest.digest(rest));
    return new Fingerprint(bytes.getLong(), bytes.getLong());
  }

  /**
   * Identifies a message across redeliveries: a SHA-256 over exchange, routing key, message id,
   * body and the headers that distinguish replays. Other headers may change: quorum queues add
   * some.
   */
  public static String ofRedelivery(Delivery delivery) {
    MessageDigest digest = sha256();
    MessageProperties properties = delivery.properties();
    Stream.of(
            delivery.exchange(),
            delivery.routingKey(),
            properties.messageId(),
            properties.header(DeadLetter.ID),
            properties.header(DeadLetter.REPLAYS))
        .map(part -> part == null ? "" : part)
        .forEach(part -> add(digest, part.getBytes(StandardCharsets.UTF_8)));
    add(digest, delivery.body());
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Adds the length first, so that parts cannot be split differently. */
  private static void add(MessageDigest digest, byte[] part) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).flip());
    digest.update(part);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Without the headers in which a quorum queue counts deliveries, and in a fixed order. */
  private static MessageProperties stable(MessageProperties properties) {
    List<HeaderEntry> headers = new ArrayList<>(properties.entries());
    headers.removeIf(
        header -> header.isNamed("x-delivery-count") || header.isNamed("x-acquired-count"));
    headers.sort(Comparator.comparing(HeaderEntry::name));
    return properties.withEntries(headers);
  }
}
