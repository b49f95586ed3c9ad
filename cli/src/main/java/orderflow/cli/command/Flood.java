package orderflow.cli.command;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.ShellSession;
import orderflow.cli.io.SignalHandler;
import orderflow.cli.load.AmqpLoad;
import orderflow.cli.load.FloodRun;
import orderflow.cli.load.HttpLoad;
import orderflow.cli.load.LoadGenerator;
import orderflow.cli.load.LoadPlan;
import orderflow.cli.load.OrderIds;
import orderflow.cli.load.OrderSource;
import orderflow.cli.load.QueueDepthMonitor;
import orderflow.cli.load.Rate;
import orderflow.cli.options.Count;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.options.OptionDefaults;
import orderflow.cli.view.Progress;
import orderflow.cli.view.Text;
import orderflow.event.InvalidEventException;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code orderflow flood}. */
@Command(
    name = "flood",
    mixinStandardHelpOptions = true,
    header = "Place orders at a steady rate, and watch the backlog.",
    description = {
      "",
      "Open-loop: orders go out when they are due, whether or not earlier ones were",
      "answered, and latency counts from the time they were due. Ctrl-C and SIGTERM end",
      "it early; the summary is printed all the same.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow flood --seconds 90",
      "  orderflow flood --seconds 30 --rate 500",
      "  orderflow flood --count 50k --rate max --via amqp",
    })
public final class Flood implements Callable<Integer> {
  private static final int MOST_TOLD = 10;
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(30);
  private static final long DEFAULT_SECONDS = 90;
  private static final long UNLIMITED_SECONDS = 365L * 86_400;

  private final CliContext cli;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private GlobalOptions global = new GlobalOptions();
  @Mixin private OrderOptions what = new OrderOptions();

  @Option(
      names = {"-z", "--seconds", "--duration"},
      paramLabel = "TIME",
      description = "How long (default: 90s, or until --count is reached).")
  private @Nullable Duration duration;

  @Option(
      names = {"-r", "--rate"},
      paramLabel = "N",
      description = "Orders a second, or max (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  private Rate rate = Rate.perSecond(1);

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Stop after so many orders, such as 20k.")
  private @Nullable Count count;

  @Option(
      names = "--via",
      paramLabel = "WAY",
      description =
          "Through the order service, or straight to the broker: ${COMPLETION-CANDIDATES}"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "http")
  private Via via = Via.HTTP;

  @Option(
      names = {"-c", "--connections"},
      paramLabel = "N",
      description = "How many requests may be unanswered at a time (default: ${DEFAULT-VALUE}).",
      defaultValue = "64")
  private int connections = 64;

  @Option(
      names = "--users",
      paramLabel = "N",
      description = "How many users order, in turn (default: ${DEFAULT-VALUE}).",
      defaultValue = "100")
  private int users = 100;

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      description = "What the order ids begin with (default: flood and the time).")
  private @Nullable String prefix;

  /** Where the orders go in. */
  enum Via {
    HTTP,
    AMQP;

    /** As it is named on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Flood(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    var plan = plan();
    var ids = new OrderIds(prefix == null ? RunIds.next("flood", cli) : prefix);
    var source = source(ids);
    RabbitBroker broker = global.broker("orderflow-flood");
    try (var depth = new QueueDepthMonitor(broker, Topology.ORDER_PLACED)) {
      return switch (via) {
        case HTTP -> {
          try (var client = global.services().orders()) {
            yield run(new HttpLoad(client, source, plan, (_, _) -> {}), plan, depth, ids);
          }
        }
        case AMQP ->
            run(
                new AmqpLoad(
                    () -> broker.openPublisher(CONFIRM_TIMEOUT), source, plan, cli.clock()),
                plan,
                depth,
                ids);
      };
    }
  }

  private int run(LoadGenerator load, LoadPlan plan, QueueDepthMonitor depth, OrderIds ids)
      throws InterruptedException {
    var flood = new FloodRun(load, plan, depth);
    var progress = new Progress(cli, global.quiet());
    try (var _ = SignalHandler.onInterrupt(flood::stop)) {
      flood.run(progress);
      if (global.output().isHumanReadable()) {
        for (String line : flood.summary()) {
          Text.wrapBeside("", line, cli.columns()).forEach(cli.out()::println);
        }
        cli.out().flush();
      } else {
        global.output().printOne(cli, flood.toJson());
      }
    }
    cli.session().ifPresent(session -> tell(session, ids, load.stats().sentCount()));
    return flood.exitCode().code();
  }

  /** The latest, of which a person may want to see the way of one. */
  private static void tell(ShellSession session, OrderIds ids, long sent) {
    for (long n = Math.max(0, sent - MOST_TOLD); n < sent; n++) {
      session.recordOrder(ids.id(n));
    }
  }

  private LoadPlan plan() {
    require(connections >= 1 && connections <= 10_000, "--connections is from 1 to 10000");
    require(users >= 1 && users <= 1_000_000, "--users is from 1 to 1000000");
    require(count == null || count.value() >= 1, "--count is at least 1");
    long seconds = count == null ? DEFAULT_SECONDS : UNLIMITED_SECONDS;
    Duration length = duration == null ? Duration.ofSeconds(seconds) : duration;
    require(
        !length.isZero(),
        OptionDefaults.typedName(
                spec.findOption("--seconds"), spec.commandLine().getParseResult().originalArgs())
            + " is more than 0");
    return new LoadPlan(rate, count == null ? Long.MAX_VALUE : count.value(), length, connections);
  }

  private OrderSource source(OrderIds ids) {
    var source = new OrderSource(ids, what.item, what.qty, users);
    try {
      source.order(0);
    } catch (InvalidEventException e) {
      throw new CliException(ExitCode.USAGE, e.detail(), e);
    }
    return source;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new CliException(ExitCode.USAGE, message);
    }
  }
}
