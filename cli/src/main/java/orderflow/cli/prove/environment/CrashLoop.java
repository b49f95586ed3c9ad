package orderflow.cli.prove.environment;

import java.nio.file.Path;
import java.time.Duration;
import orderflow.cli.client.HealthClient;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.store.SqliteWriteLock;
import orderflow.store.StoreException;
import org.jspecify.annotations.Nullable;

/** Starts and kills a service repeatedly while another connection locks its database. */
final class CrashLoop implements AutoCloseable {
  private static final Duration LOCK_SEEN_LIMIT = Duration.ofSeconds(30);
  private static final Duration LOCK_SEEN_LONGEST = Duration.ofSeconds(60);

  /** Long enough for deliveries to a service that consumes in spite of the lock. */
  private static final Duration PAUSE_BEFORE_KILL = Duration.ofSeconds(1);

  private static final Duration POLL = Duration.ofMillis(100);

  private final Path database;
  private @Nullable SqliteWriteLock lock;

  CrashLoop(Path database) {
    this.database = database;
  }

  /**
   * Kills {@code service}, locks its database, then starts and kills it {@code crashes} times. The
   * lock is held until {@link #close}.
   *
   * @throws CliException when the database cannot be locked, or the service does not report it
   */
  void run(ChildProcess service, HealthClient health, int crashes) throws InterruptedException {
    service.kill();
    lock();
    for (int crash = 0; crash < crashes; crash++) {
      service.start();
      awaitLockReported(service, health);
      Thread.sleep(PAUSE_BEFORE_KILL);
      service.kill();
    }
  }

  /**
   * Locks the database until {@link #close}.
   *
   * @throws CliException when it cannot be locked
   */
  void lock() {
    try {
      lock = SqliteWriteLock.of(database);
    } catch (StoreException e) {
      throw new CliException(ExitCode.INTERNAL, e.detail(), e);
    }
  }

  private static void awaitLockReported(ChildProcess service, HealthClient health)
      throws InterruptedException {
    var limit = new Deadline(LOCK_SEEN_LIMIT, LOCK_SEEN_LONGEST);
    while (health.readiness().checks().values().stream().noneMatch(why -> why.contains("lock"))) {
      service.requireRunning();
      if (limit.isOver()) {
        throw new CliException(
            ExitCode.FAILED,
            "the %s service did not report within %s that its database is locked"
                .formatted(health.name(), limit.waited()));
      }
      Thread.sleep(POLL);
    }
  }

  /** Releases the lock, if any. */
  @Override
  public void close() {
    if (lock != null) {
      lock.close();
      lock = null;
    }
  }
}
