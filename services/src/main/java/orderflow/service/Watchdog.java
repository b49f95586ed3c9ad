package orderflow.service;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import orderflow.delivery.Activity;
import org.slf4j.Logger;

/** Logs when a worker hangs and when it goes on, because what hangs cannot. Thread-safe. */
final class Watchdog implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final Logger log;
  private final Map<String, Activity> watched = new ConcurrentHashMap<>();
  private final Set<String> stuck = new HashSet<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  Watchdog(Logger log) {
    this.log = log;
    Thread.ofPlatform().name("watchdog").daemon().start(this::run);
  }

  /**
   * @param name the worker's, as in {@code /health/ready}
   */
  void watch(String name, Activity activity) {
    watched.put(name, activity);
  }

  private void run() {
    try {
      while (!closed.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
        watched.forEach(this::look);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(String name, Activity activity) {
    Optional<String> now = activity.stuck();
    if (now.isPresent() && stuck.add(name)) {
      log.warn("{}: {}", name, now.get());
    } else if (now.isEmpty() && stuck.remove(name)) {
      log.info("{}: no longer stuck", name);
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
