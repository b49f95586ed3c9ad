package orderflow.cli.load;

/**
 * Sends orders at the times a schedule intends, whether or not earlier ones were answered:
 * open-loop, so a slow service cannot slow the load down and hide it. Latency counts from the
 * intended time.
 */
public interface LoadGenerator {
  /**
   * Makes sure that orders can be sent; to be called before {@link #run}. May block for as long as
   * the target does not answer.
   *
   * @throws RuntimeException when they cannot
   */
  default void prepare() throws InterruptedException {}

  /** Sends until the plan is fulfilled or {@link #stop} is called, then waits for answers. */
  void run() throws InterruptedException;

  /** Ends {@link #run} early; from any thread. */
  void stop();

  /** The run's figures, live. */
  LoadStats stats();
}
