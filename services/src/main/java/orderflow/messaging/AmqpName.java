package orderflow.messaging;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What AMQP takes as the name of a queue or an exchange, and as a routing key. */
public final class AmqpName {
  private static final int MAX_BYTES = 255;

  /** Stands in text for bytes that are not UTF-8. */
  private static final char REPLACEMENT = '\ufffd';

  private AmqpName() {}

  /** Why {@code name} cannot be sent, behind what it is the name of; empty when it can. */
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
