package orderflow.delivery;

import java.time.Duration;

/**
 * Work over one channel, in steps, for one thread. An exception from a step ends the loop; a new
 * one continues the work.
 */
public interface WorkLoop extends AutoCloseable {
  /** Does the work that is ready; may wait a short, bounded time for some. */
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
