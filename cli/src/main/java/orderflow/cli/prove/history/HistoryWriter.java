package orderflow.cli.prove.history;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Writes the history of one scenario on a thread of its own. Thread-safe. */
public final class HistoryWriter implements AutoCloseable {
  private static final int CAPACITY = 20_000;
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration CLOSE_LIMIT = Duration.ofMinutes(1);

  private final Path file;
  private final Instant started;
  private final long startNanos = System.nanoTime();
  private final BlockingQueue<HistoryRecord> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final AtomicLong dropped = new AtomicLong();
  private final Thread thread;
  private volatile boolean closing;
  private volatile @Nullable String problem;

  private HistoryWriter(Path file, Instant started) {
    this.file = file;
    this.started = started;
    this.thread = Thread.ofPlatform().name("history").daemon().unstarted(this::run);
  }

  /**
   * @param started the wall-clock time now
   */
  public static HistoryWriter open(Path file, Instant started) {
    var writer = new HistoryWriter(file, started);
    writer.thread.start();
    return writer;
  }

  public Path file() {
    return file;
  }

  /** The wall-clock time of t = 0. */
  public Instant started() {
    return started;
  }

  /** Milliseconds since the start. */
  public long now() {
    return at(System.nanoTime());
  }

  /** The time {@code nanos} of {@link System#nanoTime} in milliseconds since the start. */
  public long at(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos - startNanos);
  }

  /** Adds a record; waits while the queue is full. */
  public void add(HistoryRecord added) throws InterruptedException {
    while (problem == null && !queue.offer(added, POLL.toMillis(), TimeUnit.MILLISECONDS)) {
      if (!thread.isAlive()) {
        return;
      }
    }
  }

  /** Adds a record of the load, which must not wait: one that does not fit is only counted. */
  public void offer(HistoryRecord added) {
    if (!queue.offer(added)) {
      dropped.incrementAndGet();
    }
  }

  /** Why the history is incomplete; empty when it is not. */
  public Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  private void run() {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      while (!closing || !queue.isEmpty()) {
        HistoryRecord next = queue.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
        if (next == null) {
          out.flush(); // a reader sees it, and so does whoever looks after a crash
        } else {
          write(out, next);
        }
      }
      long lost = dropped.get();
      if (lost > 0) {
        write(out, new HistoryRecord.Dropped(now(), lost));
      }
    } catch (IOException | JacksonException e) {
      problem = "the history cannot be written to %s: %s".formatted(file, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void write(OutputStream out, HistoryRecord next) throws IOException {
    out.write(HistoryJson.MAPPER.writeValueAsBytes(next));
    out.write('\n');
  }

  /** Returns once all records are written. */
  @Override
  public void close() {
    closing = true;
    try {
      thread.join(CLOSE_LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
