package orderflow.cli.io;

import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM: run an action at once, then let the command finish its summary before the
 * process ends with 130 or 143, within a limit.
 */
public final class SignalHandler implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(25);
  private static final Duration PRINT_LIMIT = Duration.ofSeconds(1);

  private static final Duration LAST_WORDS = Duration.ofMillis(500);
  private static final CountDownLatch PROGRAM_ENDED = new CountDownLatch(1);

  /** Those that wait for Ctrl-C, the newest first. */
  private static final Deque<SignalHandler> WAITING = new ConcurrentLinkedDeque<>();

  private final Runnable action;
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;

  private SignalHandler(Runnable action) {
    this.action = action;
    hook =
        Thread.ofPlatform()
            .name("interrupted")
            .unstarted(() -> {
              action.run();
              awaitFinished();
              awaitProgramsEnd();
            });
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Whether the process is ending already, so that nothing can be started or awaited any more. */
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

  /** Runs {@code action} when the process is asked to end, until this is closed. */
  public static SignalHandler onInterrupt(Runnable action) {
    var interrupts = new SignalHandler(action);
    WAITING.push(interrupts);
    return interrupts;
  }

  /**
   * Does as Ctrl-C would, but that the process goes on: for a shell, which outlives its commands.
   *
   * @return whether anybody waited for it
   */
  public static boolean raise() {
    SignalHandler newest = WAITING.peek();
    if (newest == null) {
      return false;
    }
    newest.action.run();
    return true;
  }

  /** Tells that the program has printed all that it has to say. */
  public static void outputFinished() {
    PROGRAM_ENDED.countDown();
  }

  /** What a command says about its end is printed behind it. */
  private static void awaitProgramsEnd() {
    try {
      boolean _ = PROGRAM_ENDED.await(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitFinished() {
    try {
      boolean inTime = finished.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (!inTime) {
        String line = "orderflow: did not finish within " + LIMIT.toSeconds() + " s";
        // On a thread that the end of the process does not wait for: nobody may read the line.
        boolean _ = Thread.ofVirtual().start(() -> System.err.println(line)).join(PRINT_LIMIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    WAITING.remove(this);
    Logging.flush(); // behind the last line of what was closed, before the process ends
    finished.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already: that is what the hook was for.
    }
  }
}
