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

/** Announces services that have started, and keeps the process until it is asked to end. */
final class ServiceRunner {
  private static final Duration READY_LIMIT = Duration.ofSeconds(3);
  private static final Duration POLL = Duration.ofMillis(20);

  private final CliContext cli;
  private final CountDownLatch stop = new CountDownLatch(1);

  /** Those whose ready line has not been printed. */
  private final Map<String, RunningService> waiting = new LinkedHashMap<>();

  private ServiceRunner(CliContext cli) {
    this.cli = cli;
  }

  /** Does so with one service. */
  static int runUntilInterrupted(CliContext cli, String name, RunningService service)
      throws Exception {
    return runUntilInterrupted(cli, service, Map.of(name, service), "", new CompletableFuture<>());
  }

  /**
   * Prints one line with the address of each service once it is ready; for one that is not ready
   * after a while, first a line with the reason. Blocks until Ctrl-C or SIGTERM, or a failure, then
   * closes {@code running}.
   *
   * @param services by name, in the order in which they are announced
   * @param hint what to print once all are announced; may be empty
   * @param failure completes with one line when what runs has failed
   * @throws CliException then
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
        cli.err().flush();
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
        say(name + " listens on " + service.uri() + ", not ready yet: " + brief(service)));
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

  /** Announces those that have become ready; answers whether none waits any more. */
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

  private static String brief(RunningService service) {
    return String.join("; ", service.problems().values().stream().distinct().toList());
  }

  private void say(String line) {
    cli.out().println(line);
    cli.out().flush();
  }
}
