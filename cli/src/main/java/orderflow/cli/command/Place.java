package orderflow.cli.command;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import orderflow.cli.CommandFailure;
import orderflow.cli.ExitCode;
import orderflow.cli.GlobalOptions;
import orderflow.cli.Surroundings;
import orderflow.cli.view.Text;
import orderflow.event.InvalidEventException;
import orderflow.event.OrderPlaced;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orderflow place}. */
@Command(
    name = "place",
    mixinStandardHelpOptions = true,
    header = "Place one order.",
    description = {
      "",
      "The order is accepted once the order service has it on disk. The same id with",
      "the same content is the same order, so that it is safe to try again.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow place --item widget",
      "  orderflow place --order-id ord-1 --item widget --qty 2 --user u1 --wait",
    })
public final class Place implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private GlobalOptions global = new GlobalOptions();
  @Mixin private OrderOptions what = new OrderOptions();

  @Option(
      names = "--order-id",
      paramLabel = "ID",
      description = "The order's id (default: a new one).")
  private @Nullable String orderId;

  @Option(
      names = {"-u", "--user"},
      paramLabel = "USER",
      description = "Who orders (default: ${DEFAULT-VALUE}).",
      defaultValue = "u1")
  private String user = "u1";

  @Option(
      names = {"-w", "--wait"},
      fallbackValue = "true",
      description = "Wait until inventory has decided, and tell the outcome.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long --wait waits (default: ${DEFAULT-VALUE}).",
      defaultValue = "30s")
  private Duration timeout = Duration.ofSeconds(30);

  public Place(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    OrderPlaced order = order();
    try (var client = global.services().orders()) {
      client.place(order);
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("order_id", order.orderId());
      result.put("status", "accepted");
      if (wait) {
        String outcome =
            client
                .awaitOutcome(order.orderId(), timeout)
                .orElseThrow(() -> undecided(order.orderId()));
        result.put("outcome", outcome);
      }
      global.output().printOne(surroundings, result);
      return ExitCode.DONE.code();
    }
  }

  private OrderPlaced order() {
    String id = orderId == null ? RunIds.next("ord", surroundings) : orderId;
    try {
      return new OrderPlaced(id, what.item, what.qty, user);
    } catch (InvalidEventException e) {
      throw new CommandFailure(ExitCode.USAGE, e.detail(), e);
    }
  }

  private CommandFailure undecided(String id) {
    return new CommandFailure(
        ExitCode.PARTIAL,
        "order "
            + id
            + " was accepted, but inventory has not decided within "
            + Text.millis((double) timeout.toMillis())
            + "; is it running?");
  }
}
