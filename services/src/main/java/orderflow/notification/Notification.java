package orderflow.notification;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The content of a notification.
 *
 * @param itemId null when the inventory did not send it
 * @param qty null when the inventory did not send it
 */
record Notification(String orderId, String userId, @Nullable String itemId, @Nullable Integer qty) {

  /**
   * An RFC 5322 message id, the same for every attempt, so that the receiver recognises a repeated
   * message. A hash, because an order id may contain characters that are not allowed there.
   */
  String messageId() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(orderId.getBytes(StandardCharsets.UTF_8));
      return "<" + HexFormat.of().formatHex(hash, 0, 16) + "@orderflow>";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
