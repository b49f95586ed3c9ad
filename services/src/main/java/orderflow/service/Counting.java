package orderflow.service;

import io.micrometer.core.instrument.MeterRegistry;
import orderflow.delivery.Verdict;

/** Counts what consumed messages came to. */
public final class Counting {
  private Counting() {}

  /** Adds one to {@code orderflow_messages_total} of that queue and verdict. */
  public static void count(MeterRegistry metrics, String queue, Verdict verdict) {
    String result =
        switch (verdict) {
          case Verdict.Effect(String effect) -> effect;
          case Verdict.Duplicate() -> "duplicate";
          case Verdict.Rejected(var reason, String _) -> reason.wire();
        };
    metrics.counter("orderflow.messages", "queue", queue, "result", result).increment();
  }
}
