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
import orderflow.delivery.Worker;
import orderflow.http.Health;
import org.slf4j.Logger;

/**
 * The checks of {@code /health/ready} that workers report to. A thread of its own logs when a
 * worker hangs and when it continues, because a thread that hangs cannot. Thread-safe.
 */
final class ReadinessChecks implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final Health health;
  private final Logger log;
  private final Map<String, Activity> watched = new ConcurrentHashMap<>();
  private final Set<String> stuck = new HashSet<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  private class HealthCheck implements Worker.ReadinessCheck {
    private final String name;

    HealthCheck(String name) {
      this.name = name;
    }

    @Override
    public void up() {
      health.up(name);
    }

    @Override
    public void down(String reason) {
      health.down(name, reason);
    }

    @Override
    public void watch(Activity activity) {
      health.watch(name, activity::stuck);
      watched.put(name, activity);
    }
  }

  /** Begins up, and logs its problems. */
  private final class LoggedCheck extends HealthCheck {
    private final String name;
    private String logged = "";

    LoggedCheck(String name) {
      super(name);
      this.name = name;
    }

    @Override
    public void up() {
      super.up();
      logged = "";
    }

    @Override
    public void down(String reason) {
      super.down(reason);
      if (!reason.equals(logged)) {
        log.warn("{}: {}", name, reason);
        logged = reason;
      }
    }
  }

  ReadinessChecks(Health health, Logger log) {
    this.health = health;
    this.log = log;
    Thread.ofPlatform().name("watchdog").daemon().start(this::run);
  }

  Worker.ReadinessCheck check(String name) {
    return new HealthCheck(name);
  }

  /** A check that is up at first and whose problems are logged here. */
  Worker.ReadinessCheck loggedCheck(String name) {
    var check = new LoggedCheck(name);
    check.up();
    return check;
  }

  private void run() {
    try {
      while (!closed.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
        watched.forEach(this::logStuck);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void logStuck(String name, Activity activity) {
    Optional<String> problem = activity.stuck();
    if (problem.isPresent() && stuck.add(name)) {
      log.warn("{}: {}", name, problem.get());
    } else if (problem.isEmpty() && stuck.remove(name)) {
      log.info("{}: no longer stuck", name);
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
