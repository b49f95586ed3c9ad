package orderflow.testing;

import java.io.IOException;

/**
 * A real RabbitMQ for tests, shared by all tests of this JVM; ask for it with {@link RealRabbit}.
 * Where {@link #canBeControlled} it may be stopped, killed and started again: it keeps its address
 * and what it had confirmed, and is running again before the next test. Every call is bounded and
 * throws an {@link IOException} that says what did not happen. For one thread at a time.
 */
public interface RabbitNode {
  /** The address of the default virtual host, with user and password. */
  String uri();

  /**
   * Where clients connect to an empty virtual host, a new one each time: what a test declares there
   * meets nothing of other tests. On a broker given by URI it is that URI's virtual host instead,
   * always the same one, after the queues and exchanges of our contract were deleted from it; give
   * other things random names, or declare them exclusive.
   */
  String freshUri() throws IOException, InterruptedException;

  /** The version of the broker. */
  String version();

  /**
   * Whether {@link #start}, {@link #stop}, {@link #kill}, {@link #syncDeclarations} and {@link
   * #ctl} work; they throw {@link UnsupportedOperationException} otherwise. A test that needs them
   * says so with {@link RealRabbit#control}.
   */
  boolean canBeControlled();

  /** Whether the broker's process is running; always true for a given broker. */
  boolean isRunning() throws IOException, InterruptedException;

  /** Starts it after {@link #stop} or {@link #kill}; returns when it greets clients. */
  void start() throws IOException, InterruptedException;

  /** Stops it with SIGTERM. */
  void stop() throws IOException, InterruptedException;

  /**
   * Ends its process with SIGKILL. A recent declaration may be lost with it, confirmed messages and
   * all, because RabbitMQ writes declarations to disk after it has answered: see {@link
   * #syncDeclarations}.
   */
  void kill() throws IOException, InterruptedException;

  /** Returns when all that was declared so far is on disk, and so survives {@link #kill}. */
  default void syncDeclarations() throws IOException, InterruptedException {
    ctl("eval", "mnesia:sync_log().");
  }

  /**
   * Runs {@code rabbitmqctl} with these arguments.
   *
   * @return what it printed on standard output
   * @throws IOException also when it failed, with what it printed
   */
  String ctl(String... arguments) throws IOException, InterruptedException;
}
