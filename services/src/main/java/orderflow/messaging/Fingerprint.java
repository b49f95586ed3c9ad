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

/**
 * Tells messages from each other, and one again when it is seen again: the first half of a SHA-256
 * over properties and body. Two messages that are alike in all of it have the same.
 */
public record Fingerprint(long high, long low) {
  public static Fingerprint of(Delivery delivery) {
    return of(lasting(delivery.properties()).encode(), delivery.body());
  }

  /** Of what stands for a message, such as its id. */
  public static Fingerprint of(byte[] bytes) {
    return of(bytes, new byte[0]);
  }

  /** Of a message that has a name of its own, which copies with other properties share. */
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
   * By which a message is recognised when it is delivered again: exchange, routing key, message id,
   * body and the headers that tell one replay from another, as a SHA-256 in hexadecimal.
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

  /** With its length before it, so that two parts cannot be cut differently. */
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

  /**
   * A quorum queue counts in a header how often it has delivered the message, and for that encodes
   * all headers again.
   */
  private static MessageProperties lasting(MessageProperties properties) {
    List<HeaderEntry> headers = new ArrayList<>(properties.entries());
    headers.removeIf(
        header -> header.isNamed("x-delivery-count") || header.isNamed("x-acquired-count"));
    headers.sort(Comparator.comparing(HeaderEntry::name));
    return properties.withEntries(headers);
  }
}
