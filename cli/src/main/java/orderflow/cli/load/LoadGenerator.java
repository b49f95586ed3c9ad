package orderflow.cli.load;

/**
 * Open-loop load: sends orders when they are due, whether or not earlier ones were answered, so
 * that a slow service does not slow the load down. Latency counts from the due time.
 */
public interface LoadGenerator {
  /**
   * Checks that the target answers, before {@link #run}; may block.
   *
   * @throws RuntimeException when it does not
   */
  default void prepare() throws InterruptedException {}

  /** Sends until the plan is done or {@link #stop} is called, then waits for responses. */
  void run() throws InterruptedException;

  /** Ends {@link #run} early; from any thread. */
  void stop();

  /** Live statistics. */
  LoadStats stats();
}
