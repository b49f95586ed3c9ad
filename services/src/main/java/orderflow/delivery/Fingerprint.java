package orderflow.delivery;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Delivery;

/**
 * What a message is known by when it comes again: where it was published, its message id and its
 * bytes, as a SHA-256. A dead letter that was sent back is another message, so the headers that
 * tell of it count too; others are left out, because a quorum queue adds to them.
 */
final class Fingerprint {
  private Fingerprint() {}

  static String of(Delivery delivery) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String messageId = delivery.properties().messageId();
      add(digest, delivery.exchange().getBytes(StandardCharsets.UTF_8));
      add(digest, delivery.routingKey().getBytes(StandardCharsets.UTF_8));
      add(digest, (messageId == null ? "" : messageId).getBytes(StandardCharsets.UTF_8));
      for (String header : List.of(DeadLetter.ID, DeadLetter.REPLAYS)) {
        String value = delivery.properties().header(header);
        add(digest, (value == null ? "" : value).getBytes(StandardCharsets.UTF_8));
      }
      add(digest, delivery.body());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** With its length before it, so that two parts cannot be cut differently. */
  private static void add(MessageDigest digest, byte[] part) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).flip());
    digest.update(part);
  }
}
