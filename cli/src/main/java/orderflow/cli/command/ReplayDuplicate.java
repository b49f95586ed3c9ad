package orderflow.cli.command;

import java.time.Duration;
import java.util.concurrent.Callable;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.probe.DuplicateProbe;
import orderflow.cli.prove.probe.DuplicateProbe.DuplicateResult;
import orderflow.event.Ids;
import orderflow.event.InvalidEventException;
import orderflow.event.OrderPlaced;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orderflow replay-duplicate}. */
@Command(
    name = "replay-duplicate",
    mixinStandardHelpOptions = true,
    header = "Publish the same order twice, and check that it has one effect.",
    description = {
      "",
      "Counts effects by the outcome events, and skipped copies by inventory's count of",
      "deliveries (--inventory-url). Where inventory is not available, the result is",
      "based on broker traffic only and says so; the broker must then be idle for a",
      "while.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow replay-duplicate",
      "  orderflow replay-duplicate --order-id ord-1     (an existing order)",
      "  orderflow replay-duplicate --copies 5 -o json",
    })
public final class ReplayDuplicate implements Callable<Integer> {
  private static final int MAX_COPIES = 500;

  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();
  @Mixin private OrderOptions what = new OrderOptions();

  @Option(
      names = "--order-id",
      paramLabel = "ID",
      description =
          "Id of the order; an order that the order service knows is published as it was"
              + " placed (default: a new order).")
  private @Nullable String orderId;

  @Option(
      names = "--copies",
      paramLabel = "N",
      description = "How many times to publish it (default: ${DEFAULT-VALUE}).",
      defaultValue = "2")
  private int copies = 2;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "Time limit for the inventory service (default: ${DEFAULT-VALUE}).",
      defaultValue = "15s")
  private Duration timeout = Duration.ofSeconds(15);

  public ReplayDuplicate(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (copies < 1 || copies > MAX_COPIES) {
      throw new CliException(ExitCode.USAGE, "--copies is from 1 to " + MAX_COPIES);
    }
    OrderPlaced order = order();
    try (var inventory = global.services().inventory()) {
      DuplicateResult result =
          new DuplicateProbe(
                  global.broker("orderflow-replay-duplicate"), inventory, cli.clock(), timeout)
              .send(order, copies);
      if (global.output().isHumanReadable()) {
        print(result);
      } else {
        // Printed even with --quiet: it qualifies the result.
        if (!result.remark().isEmpty()) {
          cli.err().println(result.remark());
          cli.err().flush();
        }
        global.output().printOne(cli, result.toJson());
      }
      return result.passed() ? ExitCode.DONE.code() : ExitCode.FAILED.code();
    }
  }

  private void print(DuplicateResult result) {
    cli.out()
        .println(
            "%s  order_id=%s: published %d times, %d effect%s, %d skipped"
                .formatted(
                    Verdict.of(result.passed()).label(global.coloredResults(cli)),
                    result.orderId(),
                    result.published(),
                    result.effects(),
                    result.effects() == 1 ? "" : "s",
                    result.skipped()));
    if (!result.remark().isEmpty()) {
      cli.out().println("      " + result.remark());
    }
    cli.out().flush();
  }

  private OrderPlaced order() throws InterruptedException {
    if (orderId != null) {
      if (!Ids.isValid(orderId)) {
        throw new CliException(ExitCode.USAGE, "--order-id must be " + Ids.RULE);
      }
      try (var orders = global.services().orders()) {
        var known = orders.find(orderId);
        if (known.isPresent()) {
          return known.get();
        }
      }
    }
    try {
      String id = orderId == null ? RunIds.next("dup", cli) : orderId;
      return new OrderPlaced(id, what.item, what.qty, "u1");
    } catch (InvalidEventException e) {
      throw new CliException(ExitCode.USAGE, e.detail(), e);
    }
  }
}
