package orderflow.delivery;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Delivery;

/**
 * What a message is known by when it comes again: where it was published, its message id, its bytes
 * and how often it has been replayed, as a SHA-256. Other headers are left out, because a quorum
 * queue adds to them.
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
      add(digest, Integer.toString(DeadLetter.replays(delivery)).getBytes(StandardCharsets.UTF_8));
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
