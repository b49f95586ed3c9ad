package orderflow.cli.embedded;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops a durable broker within a second after its data folder was removed or replaced: messages
 * confirmed after that would be lost with the process.
 */
final class DataFolderMonitor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("Broker");
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final String LOGS = "*.jdb";

  private final Path messages;
  private final DataFolderLock lock;
  private final Object opened;
  private final Runnable lost;
  private final CompletableFuture<String> problem = new CompletableFuture<>();
  private final CompletableFuture<Boolean> closed = new CompletableFuture<>();

  private DataFolderMonitor(Path messages, DataFolderLock lock, Runnable lost) throws IOException {
    this.messages = messages;
    this.lock = lock;
    this.lost = lost;
    this.opened = identity();
  }

  /**
   * @param messages Qpid's folder in the data folder
   * @param lost called once, by the monitor's thread, before {@link #problem} completes
   */
  static DataFolderMonitor start(Path messages, DataFolderLock lock, Runnable lost) {
    try {
      var monitor = new DataFolderMonitor(messages, lock, lost);
      Thread.ofPlatform().name("broker-folder").daemon().start(monitor::run);
      return monitor;
    } catch (IOException e) {
      throw new BrokerStartException(messages + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** Completes with one line when the files are gone. */
  CompletableFuture<String> problem() {
    return problem;
  }

  private void run() {
    while (!isClosed()) {
      Optional<String> found = findProblem();
      if (found.isPresent()) {
        LOG.error("{}", found.get());
        lost.run();
        problem.complete(found.get());
        return;
      }
    }
  }

  private boolean isClosed() {
    try {
      return closed.get(EVERY.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (Exception e) {
      return true;
    }
  }

  private Optional<String> findProblem() {
    String advice = " while in use, so the broker has stopped; restore it and start again";
    try {
      if (!identity().equals(opened)) {
        return Optional.of("data folder " + messages + " was replaced" + advice);
      }
      try (DirectoryStream<Path> logs = Files.newDirectoryStream(messages, LOGS)) {
        if (!logs.iterator().hasNext()) {
          return Optional.of("the files in " + messages + " were removed" + advice);
        }
      }
      return lock.restore()
          ? Optional.empty()
          : Optional.of("another broker has locked the folder of " + messages + advice);
    } catch (IOException e) {
      return Optional.of("data folder " + messages + " was removed or renamed" + advice);
    }
  }

  private Object identity() throws IOException {
    Object key = Files.readAttributes(messages, BasicFileAttributes.class).fileKey();
    return key == null ? messages.toRealPath() : key;
  }

  @Override
  public void close() {
    closed.complete(true);
  }
}
