package orderflow.delivery;

import java.time.Duration;

/**
 * Work over one channel, in steps, for one thread. An exception from a step ends the loop; a new
 * one continues the work.
 */
public interface WorkLoop extends AutoCloseable {
  /** Does what can be done now; may wait a short, bounded time for something to do. */
  StepResult step() throws InterruptedException;

  /** The current activity of {@link #step}, to report a step that hangs. Any thread may call it. */
  default String doing() {
    return "a step";
  }

  /** Completes the work in progress within {@code limit} and starts nothing new. */
  void drain(Duration limit) throws InterruptedException;

  /** Never throws. */
  @Override
  void close();
}
