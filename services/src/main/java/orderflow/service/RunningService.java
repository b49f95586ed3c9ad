package orderflow.service;

import java.net.URI;
import java.util.Map;

/** A service that runs, as its operator sees it. Thread-safe, except that one thread closes it. */
public final class RunningService implements AutoCloseable {
  private final ServiceParts parts;

  private RunningService(ServiceParts parts) {
    this.parts = parts;
  }

  /** Runs {@code starting}; when it fails, closes what had been started. */
  public static RunningService of(ServiceParts parts, Runnable starting) {
    boolean started = false;
    try {
      starting.run();
      started = true;
      return new RunningService(parts);
    } finally {
      if (!started) {
        parts.close();
      }
    }
  }

  /** Where it listens. */
  public URI uri() {
    return parts.uri();
  }

  /** Whether it can do all its work. */
  public boolean isReady() {
    return parts.isReady();
  }

  /** Why it is not ready, by check; empty when it is. */
  public Map<String, String> problems() {
    return parts.problems();
  }

  /** Stops taking, finishes what was taken, releases everything, within a bounded time. */
  @Override
  public void close() {
    parts.close();
  }
}
