package orderflow.cli.command;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.SignalHandler;
import orderflow.cli.operate.OrderTimeline;
import orderflow.cli.operate.OrderTimeline.Entry;
import orderflow.cli.operate.OrderTracer;
import orderflow.cli.operate.TimelineView;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.view.Text;
import orderflow.event.Ids;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code orderflow trace}. */
@Command(
    name = "trace",
    mixinStandardHelpOptions = true,
    header = "Show the timeline of one order, with times and gaps.",
    description = {
      "",
      "Reads the records of every service, and searches the dead letters for the order.",
      "A part that does not answer is named, and the rest is shown.",
    },
    footer = {"", "Examples:", "  orderflow trace ord-1", "  orderflow trace ord-1 --follow"})
public final class TraceCommand implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofMillis(300);

  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Parameters(paramLabel = "ORDER_ID", description = "Id of the order.")
  private String orderId = "";

  @Option(
      names = "--follow",
      fallbackValue = "true",
      description = "Show new entries until the order is complete, or Ctrl-C.")
  private boolean follow;

  public TraceCommand(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!Ids.isValid(orderId)) {
      throw new CliException(ExitCode.USAGE, "ORDER_ID must be " + Ids.RULE);
    }
    var tracer = new OrderTracer(orderId, global.services(), global.broker("orderflow-trace"));
    OrderTimeline timeline = tracer.trace();
    if (follow) {
      Thread following = Thread.currentThread();
      try (var _ = SignalHandler.onInterrupt(following::interrupt)) {
        return follow(tracer, timeline).code();
      }
    }
    if (global.output().isHumanReadable()) {
      print(new TimelineView(cli.columns()).of(timeline.entries()));
    }
    return conclude(timeline).code();
  }

  /** Prints the result and the parts that did not answer. */
  private ExitCode conclude(OrderTimeline timeline) {
    if (!global.output().isHumanReadable()) {
      global.output().printOne(cli, timeline.toJson());
    } else if (timeline.isKnown()) {
      print(Text.wrapBeside("", timeline.summary(), cli.columns()));
    }
    cli.out().flush();
    boolean complete = timeline.problems().isEmpty();
    timeline.problems().forEach(line -> cli.err().println("orderflow: " + Text.printable(line)));
    if (!timeline.isKnown()) {
      throw new CliException(
          complete ? ExitCode.USAGE : ExitCode.UNREACHABLE,
          "order %s not found%s"
              .formatted(orderId, complete ? "" : ", but not all parts answered"));
    }
    return complete ? ExitCode.DONE : ExitCode.PARTIAL;
  }

  private ExitCode follow(OrderTracer tracer, OrderTimeline first) {
    OrderTimeline timeline = first;
    List<Entry> shown = List.of();
    var view = new TimelineView(cli.columns());
    while (true) {
      List<Entry> all = timeline.entries();
      if (global.output().isHumanReadable()) {
        List<Entry> known = shown;
        print(view.of(all.stream().filter(entry -> !known.contains(entry)).toList()));
      }
      shown = all;
      if (timeline.isComplete() || cli.out().checkError()) {
        return conclude(timeline);
      }
      try {
        Thread.sleep(PAUSE);
        timeline = tracer.trace();
      } catch (InterruptedException e) {
        conclude(timeline);
        return ExitCode.INTERRUPTED;
      }
    }
  }

  private void print(List<String> lines) {
    lines.forEach(cli.out()::println);
    cli.out().flush();
  }
}
