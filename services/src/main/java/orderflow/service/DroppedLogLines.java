package orderflow.service;

import java.util.concurrent.atomic.LongAdder;

/** How many log lines this process has dropped because nobody took them. Thread-safe. */
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
