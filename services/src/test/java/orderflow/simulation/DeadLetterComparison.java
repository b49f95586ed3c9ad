package orderflow.simulation;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Message;
import orderflow.testing.Amqp;
import org.jspecify.annotations.Nullable;

/** Compares a dead letter with its original message. */
final class DeadLetterComparison {
  private static final String KEPT = "x-orderflow-original-";
  private static final int PERSISTENT = 2;
  private static final Set<String> OURS =
      Set.of(
          DeadLetter.REASON,
          DeadLetter.DETAIL,
          DeadLetter.EXCHANGE,
          DeadLetter.ROUTING_KEY,
          DeadLetter.AT,
          DeadLetter.ID);

  private DeadLetterComparison() {}

  /** The forbidden differences, each in a few words. */
  static List<String> differences(Message original, Message deadLetter) {
    List<String> differences = new ArrayList<>();
    BasicProperties was = Amqp.basic(original.properties());
    BasicProperties is = Amqp.basic(deadLetter.properties());
    Map<String, @Nullable Object> expected = new LinkedHashMap<>();
    original
        .properties()
        .headers()
        .forEach((name, value) ->
            expected.put(name.equals("CC") || name.equals("BCC") ? KEPT + name : name, value));
    if (was.getExpiration() != null) {
      expected.put(KEPT + "expiration", was.getExpiration());
    }
    if (was.getUserId() != null) {
      expected.put(KEPT + "user-id", was.getUserId());
    }
    if (was.getDeliveryMode() != null && was.getDeliveryMode() != PERSISTENT) {
      expected.put(KEPT + "delivery-mode", was.getDeliveryMode());
    }
    Map<String, @Nullable Object> headers = new LinkedHashMap<>(deadLetter.properties().headers());
    if (!headers.keySet().containsAll(OURS)) {
      differences.add("headers are missing");
    }
    headers.keySet().removeAll(OURS);
    if (!headers.equals(expected)) {
      differences.add("headers %s instead of %s".formatted(headers, expected));
    }
    BasicProperties kept =
        was.builder().headers(null).deliveryMode(PERSISTENT).expiration(null).userId(null).build();
    BasicProperties rest = is.builder().headers(null).build();
    if (!rest.equals(kept)) {
      differences.add("properties %s instead of %s".formatted(rest, kept));
    }
    if (!isDated(deadLetter)
        || String.valueOf(deadLetter.properties().header(DeadLetter.DETAIL)).isBlank()) {
      differences.add("no date or no detail");
    }
    return differences;
  }

  private static boolean isDated(Message deadLetter) {
    try {
      return !Instant.parse(Objects.toString(deadLetter.properties().header(DeadLetter.AT)))
          .equals(Instant.MIN);
    } catch (DateTimeException e) {
      return false;
    }
  }
}
