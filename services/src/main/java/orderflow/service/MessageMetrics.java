package orderflow.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import orderflow.delivery.ConsumerMetrics;
import orderflow.delivery.Disposition;
import orderflow.messaging.DeadLetter.Reason;

/** Counts the consumed messages and the dead letters of one queue. */
final class MessageMetrics implements ConsumerMetrics {
  private final MeterRegistry registry;
  private final String queue;

  MessageMetrics(MeterRegistry registry, String queue) {
    this.registry = registry;
    this.queue = queue;
    for (Reason reason : Reason.values()) {
      deadLetters(reason); // a counter has to exist before it can be watched
    }
  }

  @Override
  public void handled(Disposition disposition) {
    String result =
        switch (disposition) {
          case Disposition.Effect(String effect) -> effect;
          case Disposition.Duplicate() -> "duplicate";
          case Disposition.Rejected(Reason reason, String _) -> reason.wire();
        };
    Counter.builder("orderflow.messages")
        .description("Events consumed, by what became of them")
        .tag("queue", queue)
        .tag("result", result)
        .register(registry)
        .increment();
  }

  @Override
  public void deadLettered(Reason reason) {
    deadLetters(reason).increment();
  }

  private Counter deadLetters(Reason reason) {
    return Counter.builder("orderflow.dead.letters")
        .description("Messages that were dead-lettered, by the queue they came from and the reason")
        .tag("queue", queue)
        .tag("reason", reason.wire())
        .register(registry);
  }
}
