package orderflow.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import orderflow.delivery.Disposition;
import orderflow.messaging.DeadLetter.Reason;
import org.junit.jupiter.api.Test;

class MessageMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MessageMetrics metrics = new MessageMetrics(registry, "order_placed");

  @Test
  void dispositionsAreCountedByResult() {
    metrics.handled(new Disposition.Effect("reserved"));
    metrics.handled(new Disposition.Duplicate());
    assertEquals(1, messages("reserved"));
    assertEquals(1, messages("duplicate"));
  }

  @Test
  void deadLettersAreCountedByReasonFromZeroOn() {
    metrics.deadLettered(Reason.INVALID);
    assertEquals(1, deadLetters("invalid"));
    assertEquals(0, deadLetters("conflict"));
  }

  private double messages(String result) {
    return registry
        .counter("orderflow.messages", "queue", "order_placed", "result", result)
        .count();
  }

  private double deadLetters(String reason) {
    return registry
        .get("orderflow.dead.letters")
        .tags("queue", "order_placed", "reason", reason)
        .counter()
        .count();
  }
}
