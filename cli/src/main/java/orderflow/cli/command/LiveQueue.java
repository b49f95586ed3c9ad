package orderflow.cli.command;

import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.view.Text;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;

/** A queue that is in use, which no command for dead letters may take anything out of. */
final class LiveQueue {
  private LiveQueue() {}

  /**
   * @param forced allows it where somebody else's consumer is; never in a queue of the contract
   * @throws CliException when events on their way, or somebody's messages, would be taken
   */
  static void refuse(QueueBrowser browser, String queue, boolean forced) {
    if (Topology.QUEUES.contains(queue)) {
      throw new CliException(
          ExitCode.USAGE,
          "%s holds events on their way to a service, no dead letters; those are in %s"
              .formatted(queue, Topology.deadLetterQueue(queue)));
    }
    long consumers =
        forced ? 0 : browser.state(queue).map(QueueBrowser.QueueState::consumers).orElse(0L);
    if (consumers > 0) {
      throw new CliException(
          ExitCode.USAGE,
          "%s is in use: it has %s consumer%s; --force takes from it all the same"
              .formatted(
                  Text.printable(queue), Text.grouped(consumers), consumers == 1 ? "" : "s"));
    }
  }
}
