package orderflow.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import orderflow.delivery.Disposition;
import orderflow.messaging.DeadLetter.Reason;

/** Counts what consumed messages came to. */
public final class MessageMetrics {
  private MessageMetrics() {}

  /** Adds one to {@code orderflow_messages_total} of that queue and verdict. */
  public static void count(MeterRegistry metrics, String queue, Disposition verdict) {
    String result =
        switch (verdict) {
          case Disposition.Effect(String effect) -> effect;
          case Disposition.Duplicate() -> "duplicate";
          case Disposition.Rejected(var reason, String _) -> reason.wire();
        };
    Counter.builder("orderflow.messages")
        .description("Events consumed, by what became of them")
        .tag("queue", queue)
        .tag("result", result)
        .register(metrics)
        .increment();
  }

  /** {@code orderflow_dead_letters_total} of messages from {@code queue}, by reason. */
  public static Counter deadLetters(MeterRegistry metrics, String queue, Reason reason) {
    return Counter.builder("orderflow.dead.letters")
        .description("Messages that were dead-lettered, by the queue they came from and the reason")
        .tag("queue", queue)
        .tag("reason", reason.wire())
        .register(metrics);
  }
}
