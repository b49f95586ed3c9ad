package orderflow.notification;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a user is to be told.
 *
 * @param itemId null when the inventory did not say
 * @param qty null when the inventory did not say
 */
record Notification(String orderId, String userId, @Nullable String itemId, @Nullable Integer qty) {

  /**
   * The same for every attempt, so that whoever receives it can tell a resend: an RFC 5322 message
   * id. Hashed, because an order id may hold characters that are not allowed there.
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
