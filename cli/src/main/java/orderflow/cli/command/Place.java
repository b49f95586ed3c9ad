package orderflow.cli.command;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import orderflow.cli.client.OrderClient;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.SignalHandler;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.prove.probe.OutcomeWait;
import orderflow.cli.prove.probe.OutcomeWait.Outcome;
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
      "The order is accepted once the order service has it on disk. Repeating it with",
      "the same id and content is safe. With an order service that has no",
      "GET /order/{id}, --wait reads the outcome from the broker (--uri).",
      "With --wait, exits with 0 when the order is reserved, with 5 when it failed (the",
      "result has the reason), and with 3 when there is no decision in time.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow place --item widget",
      "  orderflow place --order-id ord-1 --item widget --qty 2 --user u1 --wait",
    })
public final class Place implements Callable<Integer> {
  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();
  @Mixin private OrderOptions order = new OrderOptions();

  @Option(names = "--order-id", paramLabel = "ID", description = "Order id (default: a new one).")
  private @Nullable String orderId;

  @Option(
      names = {"-u", "--user"},
      paramLabel = "USER",
      description = "User who orders (default: ${DEFAULT-VALUE}).",
      defaultValue = "u1")
  private String user = "u1";

  @Option(
      names = {"-w", "--wait"},
      fallbackValue = "true",
      description = "Wait for the inventory's decision, and show it.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "Time limit of --wait (default: ${DEFAULT-VALUE}).",
      defaultValue = "30s")
  private Duration timeout = Duration.ofSeconds(30);

  public Place(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    OrderPlaced order = order();
    Thread placing = Thread.currentThread();
    try (var _ = SignalHandler.onInterrupt(placing::interrupt);
        var client = global.services().orders()) {
      if (wait) {
        return placeAndWait(client, order).code();
      }
      place(client, order);
      global.output().printOne(cli, accepted(order));
      return ExitCode.DONE.code();
    }
  }

  private static Map<String, Object> accepted(OrderPlaced order) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("order_id", order.orderId());
    result.put("status", "accepted");
    return result;
  }

  private static void place(OrderClient client, OrderPlaced order) {
    try {
      client.place(order);
    } catch (InterruptedException e) {
      throw new CliException(
          ExitCode.INTERRUPTED,
          "interrupted before the order service answered; it may have accepted the order: repeat it"
              + " with --order-id "
              + order.orderId(),
          e);
    }
  }

  /** Prints the accepted order even when the wait is interrupted or fails. */
  private ExitCode placeAndWait(OrderClient client, OrderPlaced order) throws InterruptedException {
    try (var waiting =
        OutcomeWait.begin(
            client,
            order.orderId(),
            () -> global.broker("orderflow-place").withoutDeclaring().openBrowser())) {
      place(client, order);
      Map<String, Object> result = accepted(order);
      result.put("outcome", null);
      Optional<Outcome> decided;
      try {
        decided = waiting.await(timeout);
      } catch (InterruptedException e) {
        global.output().printOne(cli, result);
        return ExitCode.INTERRUPTED;
      } catch (CliException e) {
        global.output().printOne(cli, result);
        throw e;
      }
      decided.ifPresent(outcome -> put(outcome, result));
      global.output().printOne(cli, result);
      boolean failed =
          decided.orElseThrow(() -> undecided(order.orderId(), waiting)).status().equals("failed");
      return failed ? ExitCode.FAILED : ExitCode.DONE;
    }
  }

  private void put(Outcome outcome, Map<String, Object> result) {
    result.put("outcome", outcome.status());
    result.put("outcome_from", outcome.isFromBroker() ? "broker" : "order_service");
    if (outcome.status().equals("failed")) {
      result.put("reason", outcome.reason());
    }
    if (outcome.isFromBroker() && !global.quiet()) {
      cli.err().println("note: the order service has no outcome; it was read from the broker");
    }
  }

  private OrderPlaced order() {
    String id = orderId == null ? RunIds.next("ord", cli) : orderId;
    try {
      return new OrderPlaced(id, order.item, order.qty, user);
    } catch (InvalidEventException e) {
      throw new CliException(ExitCode.USAGE, e.detail(), e);
    }
  }

  private CliException undecided(String id, OutcomeWait waiting) {
    String what =
        waiting
            .brokerProblem()
            .map(problem -> "its outcome is unknown: the order service has none, and " + problem)
            .orElseGet(() ->
                (waiting.usesBroker()
                        ? "no outcome event arrived within "
                        : "the inventory has not decided within ")
                    + Text.millis((double) timeout.toMillis())
                    + "; is it running?");
    return new CliException(ExitCode.PARTIAL, "order " + id + " was accepted, but " + what);
  }
}
