package orderflow.testing;

import java.io.IOException;

/**
 * A real RabbitMQ for tests, shared by all tests of this JVM; ask for it with {@link RealRabbit}.
 * Where {@link #canBeControlled} it may be stopped, killed and started again: it keeps its address
 * and what it had confirmed, and is running again before the next test. Every call is bounded and
 * throws an {@link IOException} that names the failed step. For one thread at a time.
 */
public interface RabbitNode {
  /** The address of the default virtual host, with user and password. */
  String uri();

  /**
   * The address of an empty virtual host, a new one each time, so that tests share no queues. On a
   * broker given by URI it is always that URI's virtual host, after the queues and exchanges of our
   * contract were deleted from it; give other things random names, or declare them exclusive.
   */
  String freshUri() throws IOException, InterruptedException;

  /** The version of the broker. */
  String version();

  /**
   * Whether {@link #start}, {@link #stop}, {@link #kill}, {@link #syncDeclarations} and {@link
   * #ctl} work; they throw {@link UnsupportedOperationException} otherwise. A test that needs them
   * sets {@link RealRabbit#control}.
   */
  boolean canBeControlled();

  /** Whether the broker's process is running; always true for a given broker. */
  boolean isRunning() throws IOException, InterruptedException;

  /** Starts it after {@link #stop} or {@link #kill}; returns when it greets clients. */
  void start() throws IOException, InterruptedException;

  /** Stops it with SIGTERM. */
  void stop() throws IOException, InterruptedException;

  /**
   * Ends its process with SIGKILL. A recent declaration and its confirmed messages may be lost,
   * because RabbitMQ writes declarations to disk after its response: see {@link #syncDeclarations}.
   */
  void kill() throws IOException, InterruptedException;

  /** Returns when all earlier declarations are on disk, so that they survive {@link #kill}. */
  default void syncDeclarations() throws IOException, InterruptedException {
    ctl("eval", "mnesia:sync_log().");
  }

  /**
   * Runs {@code rabbitmqctl} with these arguments.
   *
   * @return its standard output
   * @throws IOException also when it failed, with its output
   */
  String ctl(String... arguments) throws IOException, InterruptedException;
}
