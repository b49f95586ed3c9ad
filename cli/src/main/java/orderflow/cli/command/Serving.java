package orderflow.cli.command;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import orderflow.cli.CommandFailure;
import orderflow.cli.ExitCode;
import orderflow.cli.Interrupts;
import orderflow.cli.Surroundings;
import orderflow.service.RunningService;

/** Says where a service is, and keeps the process until it is asked to end. */
final class Serving {
  private static final Duration READY_LIMIT = Duration.ofSeconds(3);
  private static final Duration POLL = Duration.ofMillis(20);

  private Serving() {}

  /**
   * One line with the address: once the service is ready, or after a while with what is missing.
   */
  static void announce(Surroundings surroundings, String name, RunningService service)
      throws InterruptedException {
    long deadline = System.nanoTime() + READY_LIMIT.toNanos();
    while (!service.isReady() && System.nanoTime() - deadline < 0) {
      Thread.sleep(POLL);
    }
    Map<String, String> problems = service.problems();
    surroundings
        .out()
        .println(
            problems.isEmpty()
                ? name + " ready on " + service.uri()
                : name + " listens on " + service.uri() + ", not ready yet: " + brief(problems));
    surroundings.out().flush();
  }

  private static String brief(Map<String, String> problems) {
    return String.join("; ", problems.values().stream().distinct().toList());
  }

  /** Blocks until Ctrl-C or SIGTERM, then closes {@code running}. */
  static int untilInterrupted(AutoCloseable running) throws Exception {
    return untilInterrupted(running, new CompletableFuture<>());
  }

  /**
   * As {@link #untilInterrupted(AutoCloseable)}, or until it fails.
   *
   * @param failure completes with one line when it does
   * @throws CommandFailure then
   */
  static int untilInterrupted(AutoCloseable running, CompletableFuture<String> failure)
      throws Exception {
    var stop = new CompletableFuture<String>();
    try (var _ = Interrupts.onInterrupt(() -> stop.complete(""))) {
      CompletableFuture.anyOf(stop, failure).get();
      running.close();
    }
    if (failure.isDone() && !stop.isDone()) {
      throw new CommandFailure(ExitCode.INTERNAL, failure.get());
    }
    return ExitCode.INTERRUPTED.code();
  }
}
