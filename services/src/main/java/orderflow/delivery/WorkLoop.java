package orderflow.delivery;

import java.time.Duration;

/**
 * Work over one channel, in steps. Belongs to one thread. Anything that a step throws ends the
 * session; a new one takes the work up again.
 */
public interface WorkLoop extends AutoCloseable {
  /** Does what can be done now; may wait a short, bounded time for something to do. */
  StepResult step() throws InterruptedException;

  /** What {@link #step} is doing just now, for reports of one that hangs. Any thread may ask. */
  default String doing() {
    return "a step";
  }

  /** Brings what is under way to an end, starting nothing new, within {@code limit}. */
  void drain(Duration limit) throws InterruptedException;

  /** Never throws. */
  @Override
  void close();
}
