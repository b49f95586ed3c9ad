package orderflow.service;

import java.net.URI;
import java.util.Map;

/** A service that runs. Thread-safe, except that one thread closes it. */
public interface RunningService extends AutoCloseable {
  /** Its address. */
  URI uri();

  /** Whether it can do all its work. */
  boolean isReady();

  /** Why it is not ready, by check; empty when it is. */
  Map<String, String> problems();

  /** Stops taking work, finishes the work in progress and releases all, within a bounded time. */
  @Override
  void close();
}
