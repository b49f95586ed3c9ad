package orderflow.cli.command;

import java.util.concurrent.Callable;
import orderflow.cli.embedded.EmbeddedStage;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.ExitCode;
import orderflow.event.OrderPlaced;
import picocli.CommandLine.Command;

/**
 * {@code orderflow warm-up}: what the launcher runs once to record the AOT cache. Goes once through
 * what commands use, so that its classes are in the cache.
 */
@Command(name = "warm-up", hidden = true, header = "Go once through everything, for the AOT cache.")
public final class WarmUp implements Callable<Integer> {
  private final CliContext cli;

  public WarmUp(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    try (EmbeddedStage stage = EmbeddedStage.start(cli)) {
      String id = RunIds.next("warm-up", cli);
      stage.orders().place(new OrderPlaced(id, "widget", 1, "u1"));
      boolean decided =
          stage.orders().awaitOutcome(id, java.time.Duration.ofSeconds(10)).isPresent();
      return decided ? ExitCode.DONE.code() : ExitCode.INTERNAL.code();
    }
  }
}
