package orderflow.cli.prove.environment;

import java.nio.file.Path;
import java.time.Duration;
import orderflow.cli.client.HealthClient;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.store.SqliteWriteLock;
import org.jspecify.annotations.Nullable;

/** Starts and kills a service again and again while another connection locks its database. */
final class CrashLoop implements AutoCloseable {
  private static final Duration LOCK_SEEN_LIMIT = Duration.ofSeconds(30);
  private static final Duration LOCK_SEEN_LONGEST = Duration.ofSeconds(60);

  /** Long enough for deliveries to a service that consumes although its database is locked. */
  private static final Duration PAUSE_BEFORE_KILL = Duration.ofSeconds(1);

  private static final Duration POLL = Duration.ofMillis(100);

  private final Path database;
  private @Nullable SqliteWriteLock lock;

  CrashLoop(Path database) {
    this.database = database;
  }

  /**
   * Kills {@code child} and locks its database; then starts and kills it as often as {@code
   * crashes}. The lock stays.
   *
   * @throws CliException when the service does not say that its database is locked
   */
  void run(ChildProcess child, HealthClient health, int crashes) throws InterruptedException {
    child.kill();
    lock = SqliteWriteLock.of(database);
    for (int crash = 0; crash < crashes; crash++) {
      child.start();
      awaitLockSeen(child, health);
      Thread.sleep(PAUSE_BEFORE_KILL);
      child.kill();
    }
  }

  private static void awaitLockSeen(ChildProcess child, HealthClient health)
      throws InterruptedException {
    var limit = new Deadline(LOCK_SEEN_LIMIT, LOCK_SEEN_LONGEST);
    while (health.readiness().checks().values().stream().noneMatch(why -> why.contains("lock"))) {
      child.requireRunning();
      if (limit.isOver()) {
        throw new CliException(
            ExitCode.FAILED,
            "the %s service did not say within %s that its database is locked"
                .formatted(health.name(), limit.waited()));
      }
      Thread.sleep(POLL);
    }
  }

  /** Releases the database. May be called again. */
  @Override
  public void close() {
    if (lock != null) {
      lock.close();
      lock = null;
    }
  }
}
