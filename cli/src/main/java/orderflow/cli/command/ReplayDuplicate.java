package orderflow.cli.command;

import java.time.Duration;
import java.util.concurrent.Callable;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.prove.probe.DuplicateProbe;
import orderflow.cli.prove.probe.DuplicateProbe.DuplicateResult;
import orderflow.cli.prove.report.VerdictLabel;
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
    header = "Publish the same order twice, and see that it has one effect.",
    description = {
      "",
      "Counts effects by the outcomes on the wire, and skipped copies by inventory's",
      "record (--inventory-url). Where inventory cannot be asked, the wire alone is the",
      "judge: it must stay quiet for a while, and the result says so.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow replay-duplicate",
      "  orderflow replay-duplicate --order-id ord-1     (one that was placed before)",
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
          "An order that the order service knows is published as it was placed"
              + " (default: a new order).")
  private @Nullable String orderId;

  @Option(
      names = "--copies",
      paramLabel = "N",
      description = "How often it is published (default: ${DEFAULT-VALUE}).",
      defaultValue = "2")
  private int copies = 2;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long to wait for inventory (default: ${DEFAULT-VALUE}).",
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
      DuplicateResult finding =
          new DuplicateProbe(
                  global.broker("orderflow-replay-duplicate"), inventory, cli.clock(), timeout)
              .send(order, copies);
      if (global.output().isHumanReadable()) {
        print(finding);
      } else {
        // Not progress: without it the figures claim more than was seen.
        if (!finding.remark().isEmpty()) {
          cli.err().println(finding.remark());
          cli.err().flush();
        }
        global.output().printOne(cli, finding.toJson());
      }
      return finding.passed() ? ExitCode.DONE.code() : ExitCode.FAILED.code();
    }
  }

  private void print(DuplicateResult finding) {
    cli.out()
        .println(
            "%s  order_id=%s: published %d times, %d effect%s, %d skipped"
                .formatted(
                    VerdictLabel.word(finding.passed(), global.coloredResults(cli)),
                    finding.orderId(),
                    finding.published(),
                    finding.effects(),
                    finding.effects() == 1 ? "" : "s",
                    finding.skipped()));
    if (!finding.remark().isEmpty()) {
      cli.out().println("      " + finding.remark());
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
