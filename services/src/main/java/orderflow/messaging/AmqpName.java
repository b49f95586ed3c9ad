package orderflow.messaging;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The rule for names of queues and exchanges and for routing keys. */
public final class AmqpName {
  private static final int MAX_BYTES = 255;

  /** Replaces bytes that are not UTF-8. */
  private static final char REPLACEMENT = '\ufffd';

  private AmqpName() {}

  /** The predicate that says why {@code name} is invalid; empty when it is valid. */
  public static Optional<String> problem(String name) {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_BYTES) {
      return Optional.of("is %d bytes long, and AMQP takes at most %d".formatted(bytes, MAX_BYTES));
    }
    return name.indexOf(REPLACEMENT) < 0
        ? Optional.empty()
        : Optional.of("has bytes that are not UTF-8");
  }
}
