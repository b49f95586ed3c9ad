package orderflow.service;

import java.util.concurrent.atomic.LongAdder;

/** Counts the log lines that this process has dropped. Thread-safe. */
public final class DroppedLogLines {
  private static final LongAdder COUNT = new LongAdder();

  private DroppedLogLines() {}

  public static void add() {
    COUNT.increment();
  }

  public static long count() {
    return COUNT.sum();
  }
}
