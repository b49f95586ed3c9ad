package orderflow.cli.command;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.Logging;
import orderflow.cli.io.SignalHandler;
import orderflow.service.RunningService;

/** Announces started services, and keeps the process running until it is interrupted. */
final class ServiceRunner {
  private static final Duration READY_LIMIT = Duration.ofSeconds(3);
  private static final Duration POLL = Duration.ofMillis(20);

  private final CliContext cli;
  private final CountDownLatch stop = new CountDownLatch(1);

  /** Services whose ready line is not printed yet. */
  private final Map<String, RunningService> waiting = new LinkedHashMap<>();

  private ServiceRunner(CliContext cli) {
    this.cli = cli;
  }

  static int runUntilInterrupted(CliContext cli, String name, RunningService service)
      throws Exception {
    return runUntilInterrupted(cli, service, Map.of(name, service), "", new CompletableFuture<>());
  }

  /**
   * Prints the address of each service when it is ready, after 3 s also the reason of those that
   * are not. Blocks until Ctrl-C, SIGTERM or a failure, then closes {@code running}.
   *
   * @param services by name, in the order of their announcement
   * @param hint line to print when all are announced; may be empty
   * @param failure completes with one line when the broker has failed
   * @throws CliException on that failure
   */
  static int runUntilInterrupted(
      CliContext cli,
      AutoCloseable running,
      Map<String, RunningService> services,
      String hint,
      CompletableFuture<String> failure)
      throws Exception {
    var serving = new ServiceRunner(cli);
    serving.waiting.putAll(services);
    var _ = failure.thenRun(serving.stop::countDown);
    boolean failed;
    try (var _ = SignalHandler.onInterrupt(serving.stop::countDown)) {
      serving.announceUntilStopped(hint);
      failed = failure.isDone();
      if (!failed) {
        cli.err().println("stopping…");
      }
      Logging.silenceClosingBroker();
      running.close();
    }
    if (failed) {
      throw new CliException(ExitCode.INTERNAL, failure.get());
    }
    return ExitCode.INTERRUPTED.code();
  }

  private void announceUntilStopped(String hint) throws InterruptedException {
    long deadline = System.nanoTime() + READY_LIMIT.toNanos();
    while (!announcedAllReady() && System.nanoTime() - deadline < 0) {
      if (isStopped()) {
        return;
      }
    }
    waiting.forEach((name, service) ->
        say(name + " listens on " + service.uri() + ", not ready yet: " + problems(service)));
    if (!hint.isEmpty()) {
      say(hint);
    }
    while (!announcedAllReady()) {
      if (isStopped()) {
        return;
      }
    }
    stop.await();
  }

  private boolean isStopped() throws InterruptedException {
    return stop.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Announces services that became ready; returns whether all are. */
  private boolean announcedAllReady() {
    waiting
        .entrySet()
        .removeIf(entry -> {
          boolean ready = entry.getValue().isReady();
          if (ready) {
            say(entry.getKey() + " ready on " + entry.getValue().uri());
          }
          return ready;
        });
    return waiting.isEmpty();
  }

  private static String problems(RunningService service) {
    return String.join("; ", service.problems().values().stream().distinct().toList());
  }

  private void say(String line) {
    cli.out().println(line);
  }
}
