package orderflow.delivery;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import orderflow.event.Event;
import orderflow.event.EventCodec;
import orderflow.event.InvalidEventException;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Delivery;
import orderflow.messaging.MessageProperties;
import org.jspecify.annotations.Nullable;

/** Decodes events and rejects poison messages, before any transaction. Pure. */
public final class MessageValidator {
  /** Some clients name the charset as content encoding, which is harmless. */
  private static final Set<String> PLAIN_ENCODINGS = Set.of("", "identity", "utf-8", "utf8");

  /** A delivery with either its event or the reason of its rejection. */
  record Validated<E>(
      Delivery delivery, @Nullable E event, Disposition.@Nullable Rejected rejected) {}

  private MessageValidator() {}

  static <E extends Event> Validated<E> validate(Delivery delivery, Handler<E> handler) {
    Optional<Disposition.Rejected> unsupported = unsupported(delivery, handler.accepts());
    if (unsupported.isPresent()) {
      return new Validated<>(delivery, null, unsupported.get());
    }
    try {
      return new Validated<>(delivery, handler.decode(delivery.body()), null);
    } catch (InvalidEventException e) {
      Reason reason =
          switch (e.kind()) {
            case MALFORMED -> Reason.MALFORMED;
            case INVALID -> Reason.INVALID;
          };
      return new Validated<>(delivery, null, new Disposition.Rejected(reason, e.detail()));
    }
  }

  /**
   * Why the consumer of its queue rejects {@code delivery} without decoding its body; empty when it
   * does not.
   *
   * @param accepted the event types that belong in that queue
   */
  public static Optional<Disposition.Rejected> unsupported(
      Delivery delivery, List<Event.Type> accepted) {
    int bytes = delivery.body().length;
    if (bytes > EventCodec.MAX_BYTES) {
      return Optional.of(
          new Disposition.Rejected(
              Reason.TOO_LARGE,
              "the body has %d bytes; the limit is %d".formatted(bytes, EventCodec.MAX_BYTES)));
    }
    MessageProperties properties = delivery.properties();
    if (!PLAIN_ENCODINGS.contains(lowerCase(properties.contentEncoding()))) {
      return unsupported("the body has a content encoding; only plain UTF-8 is taken");
    }
    if (!isJson(lowerCase(properties.contentType()))) {
      return unsupported("the content type is not JSON");
    }
    String type = properties.type();
    if (type != null
        && !type.isEmpty()
        && accepted.stream().noneMatch(each -> each.isNamed(type))) {
      return unsupported("the type is not one that " + delivery.queue() + " takes");
    }
    return Optional.empty();
  }

  private static Optional<Disposition.Rejected> unsupported(String detail) {
    return Optional.of(new Disposition.Rejected(Reason.UNSUPPORTED, detail));
  }

  private static String lowerCase(@Nullable String text) {
    return text == null ? "" : text.toLowerCase(Locale.ROOT);
  }

  private static boolean isJson(String contentType) {
    String type = contentType.split(";", 2)[0].strip();
    return contentType.isBlank()
        || type.equals("application/json")
        || type.equals("text/json")
        || type.endsWith("+json");
  }
}
