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
    header = "Place orders at a steady rate, and show the backlog.",
    description = {
      "",
      "Open-loop: orders are sent when they are due, whether or not earlier ones were",
      "answered, and latency counts from the due time. Ctrl-C and SIGTERM end the flood",
      "early; the summary is still printed.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow flood --seconds 90",
      "  orderflow flood --seconds 30 --rate 500",
      "  orderflow flood --count 50k --rate max --via amqp",
    })
public final class Flood implements Callable<Integer> {
  private static final int RECENT_ORDERS = 10;
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(30);
  private static final long DEFAULT_SECONDS = 90;
  private static final long UNLIMITED_SECONDS = 365L * 86_400;

  private final CliContext cli;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private GlobalOptions global = new GlobalOptions();
  @Mixin private OrderOptions order = new OrderOptions();

  @Option(
      names = {"-z", "--seconds", "--duration"},
      paramLabel = "TIME",
      description = "Duration of the flood (default: 90s, or until --count is reached).")
  private @Nullable Duration duration;

  @Option(
      names = {"-r", "--rate"},
      paramLabel = "N",
      description = "Orders per second, or max (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  private Rate rate = Rate.perSecond(1);

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Stop after N orders, for example 20k.")
  private @Nullable Count count;

  @Option(
      names = "--via",
      paramLabel = "WAY",
      description =
          "Send to the order service or directly to the broker: ${COMPLETION-CANDIDATES}"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "http")
  private Via via = Via.HTTP;

  @Option(
      names = {"-c", "--connections"},
      paramLabel = "N",
      description = "Maximum number of unanswered requests (default: ${DEFAULT-VALUE}).",
      defaultValue = "64")
  private int connections = 64;

  @Option(
      names = "--users",
      paramLabel = "N",
      description = "Number of users that order in turn (default: ${DEFAULT-VALUE}).",
      defaultValue = "100")
  private int users = 100;

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      description = "Prefix of the order ids (default: flood and the time).")
  private @Nullable String prefix;

  enum Via {
    HTTP,
    AMQP;

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
            yield run(new HttpLoad(client, source::order, plan, _ -> {}), plan, depth, ids);
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
    cli.session().ifPresent(session -> recordLatest(session, ids, load.stats().sentCount()));
    return flood.exitCode().code();
  }

  /** Offers the latest order ids for completion in the shell. */
  private static void recordLatest(ShellSession session, OrderIds ids, long sent) {
    for (long n = Math.max(0, sent - RECENT_ORDERS); n < sent; n++) {
      session.recordOrder(ids.id(n));
    }
  }

  private LoadPlan plan() {
    require(connections >= 1 && connections <= 10_000, "--connections must be from 1 to 10000");
    require(users >= 1 && users <= 1_000_000, "--users must be from 1 to 1000000");
    require(count == null || count.value() >= 1, "--count must be at least 1");
    long seconds = count == null ? DEFAULT_SECONDS : UNLIMITED_SECONDS;
    Duration length = duration == null ? Duration.ofSeconds(seconds) : duration;
    require(
        !length.isZero(),
        OptionDefaults.typedName(
                spec.findOption("--seconds"), spec.commandLine().getParseResult().originalArgs())
            + " must be more than 0");
    return new LoadPlan(rate, count == null ? Long.MAX_VALUE : count.value(), length, connections);
  }

  private OrderSource source(OrderIds ids) {
    var source = new OrderSource(ids, order.item, order.qty, users);
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
