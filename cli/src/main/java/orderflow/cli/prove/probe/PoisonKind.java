package orderflow.cli.prove.probe;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import orderflow.event.EventCodec;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Delivery;

/** Ways in which a message is not a valid OrderPlaced. */
public enum PoisonKind {
  INVALID_JSON("not valid json {", Reason.MALFORMED),
  MISSING_FIELD("{\"order_id\":\"poison\",\"qty\":1,\"user_id\":\"u1\"}", Reason.MALFORMED),
  WRONG_TYPE(
      "{\"order_id\":\"poison\",\"item_id\":\"widget\",\"qty\":\"one\",\"user_id\":\"u1\"}",
      Reason.MALFORMED),
  NEGATIVE_QTY(
      "{\"order_id\":\"poison\",\"item_id\":\"widget\",\"qty\":-1,\"user_id\":\"u1\"}",
      Reason.INVALID),
  BAD_ID(
      "{\"order_id\":\"two words\",\"item_id\":\"widget\",\"qty\":1,\"user_id\":\"u1\"}",
      Reason.INVALID),
  DUPLICATE_KEY(
      "{\"order_id\":\"poison\",\"item_id\":\"widget\",\"qty\":1,\"qty\":2,\"user_id\":\"u1\"}",
      Reason.MALFORMED),
  DEEP_NESTING("[".repeat(5_000) + "]".repeat(5_000), Reason.MALFORMED),
  NOT_UTF8(new byte[] {(byte) 0xff, (byte) 0xfe, 0x00, (byte) 0xc3, 0x28}, Reason.MALFORMED),
  EMPTY(new byte[0], Reason.MALFORMED),
  OVERSIZED("x".repeat(EventCodec.MAX_BYTES + 1), Reason.TOO_LARGE);

  @SuppressWarnings("ImmutableEnumChecker") // only copies are returned
  private final byte[] body;

  private final Reason reason;

  PoisonKind(String body, Reason reason) {
    this(body.getBytes(StandardCharsets.UTF_8), reason);
  }

  PoisonKind(byte[] body, Reason reason) {
    this.body = body;
    this.reason = reason;
  }

  public byte[] body() {
    return body.clone();
  }

  public boolean isBodyOf(Delivery message) {
    return Arrays.equals(message.body(), body);
  }

  /** The reason with which it must be dead-lettered. */
  public Reason reason() {
    return reason;
  }

  /** The name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
