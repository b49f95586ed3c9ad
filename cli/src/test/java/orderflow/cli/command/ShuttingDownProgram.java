package orderflow.cli.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import orderflow.cli.CliFactory;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.ResultStream;

/** The program in a process that is shutting down, as after Ctrl-C during the start. */
final class ShuttingDownProgram {
  private ShuttingDownProgram() {}

  public static void main(String[] arguments) throws InterruptedException {
    var ending = new CountDownLatch(1);
    var done = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(() -> {
                  ending.countDown();
                  try {
                    boolean _ = done.await(30, TimeUnit.SECONDS);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
    Thread.ofPlatform().start(() -> System.exit(130));
    ending.await();
    int _ =
        CliFactory.create(CliContext.ofProcess(new ResultStream(System.out))).execute(arguments);
    done.countDown();
  }
}
