package orderflow.cli.io;

import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * On Ctrl-C or SIGTERM runs an action, then delays the end of the process, with 130 or 143, until
 * the command has printed its summary, within a limit.
 */
public final class SignalHandler implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(25);
  private static final Duration PRINT_LIMIT = Duration.ofSeconds(1);

  private static final Duration OUTPUT_LIMIT = Duration.ofMillis(500);
  private static final CountDownLatch OUTPUT_FINISHED = new CountDownLatch(1);

  /** The newest first. */
  private static final Deque<SignalHandler> ACTIVE = new ConcurrentLinkedDeque<>();

  private final Runnable action;
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;

  private SignalHandler(Runnable action) {
    this.action = action;
    hook =
        Thread.ofPlatform()
            .name("signal-handler")
            .unstarted(() -> {
              action.run();
              awaitFinished();
              awaitOutput();
            });
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Whether the process is ending, so that nothing can be started any more. */
  public static boolean isProcessEnding() {
    Thread probe = Thread.ofPlatform().unstarted(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  /** Runs {@code action} on a signal, until this is closed. */
  public static SignalHandler onInterrupt(Runnable action) {
    var handler = new SignalHandler(action);
    ACTIVE.push(handler);
    return handler;
  }

  /**
   * Runs the newest action as on Ctrl-C without ending the process, for the shell.
   *
   * @return whether there was one
   */
  public static boolean raise() {
    SignalHandler newest = ACTIVE.peek();
    if (newest == null) {
      return false;
    }
    newest.action.run();
    return true;
  }

  /** The program has printed all its output. */
  public static void outputFinished() {
    OUTPUT_FINISHED.countDown();
  }

  private static void awaitOutput() {
    try {
      boolean _ = OUTPUT_FINISHED.await(OUTPUT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitFinished() {
    try {
      boolean inTime = finished.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (!inTime) {
        String line = "orderflow: did not finish within " + LIMIT.toSeconds() + " s";
        // On another thread: a blocked standard error must not block the end of the process.
        boolean _ = Thread.ofVirtual().start(() -> System.err.println(line)).join(PRINT_LIMIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    ACTIVE.remove(this);
    Logging.flush();
    finished.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook is running.
    }
  }
}
