package orderflow.delivery;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import orderflow.event.Event;
import orderflow.event.EventCodec;
import orderflow.event.InvalidEventException;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Delivery;
import orderflow.messaging.MessageProperties;
import org.jspecify.annotations.Nullable;

/** Tells an event from a poison message, before any transaction. Pure. */
public final class MessageValidator {

  /** A delivery, and either its event or why it is dead. */
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
   * Why the consumer of its queue dead-letters {@code delivery} without a look inside; empty when
   * it looks.
   *
   * @param accepted the events that belong into that queue
   */
  public static Optional<Disposition.Rejected> unsupported(
      Delivery delivery, List<Event.Type> accepted) {
    if (delivery.body().length > EventCodec.MAX_BYTES) {
      return Optional.of(
          new Disposition.Rejected(
              Reason.TOO_LARGE,
              "the body has %d bytes; the limit is %d"
                  .formatted(delivery.body().length, EventCodec.MAX_BYTES)));
    }
    MessageProperties properties = delivery.properties();
    if (!isPlain(properties.contentEncoding())) {
      return rejected("the body has a content encoding; only plain UTF-8 is taken");
    }
    if (!isJson(properties.contentType())) {
      return rejected("the content type is not JSON");
    }
    String type = properties.type();
    if (type != null
        && !type.isEmpty()
        && accepted.stream().noneMatch(each -> each.isNamed(type))) {
      return rejected("the type is not one that " + delivery.queue() + " takes");
    }
    return Optional.empty();
  }

  private static Optional<Disposition.Rejected> rejected(String detail) {
    return Optional.of(new Disposition.Rejected(Reason.UNSUPPORTED, detail));
  }

  /** Some clients name the charset there, which is harmless. */
  private static boolean isPlain(@Nullable String encoding) {
    return encoding == null
        || encoding.isEmpty()
        || encoding.equalsIgnoreCase("identity")
        || encoding.equalsIgnoreCase("utf-8")
        || encoding.equalsIgnoreCase("utf8");
  }

  private static boolean isJson(@Nullable String contentType) {
    if (contentType == null || contentType.isBlank()) {
      return true;
    }
    int parameters = contentType.indexOf(';');
    String type =
        (parameters < 0 ? contentType : contentType.substring(0, parameters))
            .strip()
            .toLowerCase(Locale.ROOT);
    return type.equals("application/json") || type.equals("text/json") || type.endsWith("+json");
  }
}
