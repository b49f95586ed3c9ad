package orderflow.cli.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.SignalHandler;
import orderflow.cli.operate.BackgroundSampler;
import orderflow.cli.operate.BackgroundSampler.Sample;
import orderflow.cli.operate.FlowSampler;
import orderflow.cli.operate.FlowSnapshot;
import orderflow.cli.operate.Layout;
import orderflow.cli.operate.WatchScreen;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.view.FullScreen;
import orderflow.cli.view.Text;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orderflow watch}. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    header = "Watch queues, services and dead letters on a full screen.",
    description = {
      "",
      "Keys: p pauses, s sorts by depth, d shows dead letters by reason, q quits.",
      "Rates come from the services' counters and the change of queue depths. Counters",
      "start at 0 with each start of a service.",
    },
    footer = {"", "Examples:", "  orderflow watch", "  orderflow watch --once"})
public final class Watch implements Callable<Integer> {
  private static final int DEFAULT_WIDTH = 100;
  private static final String KEYS = "p pause   s sort   d dead letters   q quit";
  private static final int WIDTH_OF_KEYS = 51; // with PAUSED behind them
  private static final int CTRL_C = 3;
  private static final int ESCAPE = 27;

  private static final Duration KEY_WAIT = Duration.ofMillis(100);

  private static final Duration MIN_INTERVAL = Duration.ofMillis(100);

  private final CliContext cli;
  private final WatchScreen view = new WatchScreen();
  private boolean paused;
  private boolean deadLetters;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Option(names = "--once", fallbackValue = "true", description = "Print one snapshot and exit.")
  private boolean once;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      description = "Refresh interval (default: ${DEFAULT-VALUE}).",
      defaultValue = "1s")
  private Duration every = Duration.ofSeconds(1);

  public Watch(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (every.compareTo(MIN_INTERVAL) < 0) {
      throw new CliException(ExitCode.USAGE, "--every must be at least 100ms");
    }
    var flow =
        new FlowSampler(
            global.broker("orderflow-watch"), global.services().health().toList(), cli.clock());
    if (once) {
      try (flow) {
        return print(flow.take()).code();
      }
    }
    Optional<FullScreen> screen =
        cli.inIsTerminal() && cli.outIsTerminal() ? FullScreen.open() : Optional.empty();
    if (screen.isEmpty()) {
      throw new CliException(ExitCode.USAGE, "watch needs a terminal; --once prints one snapshot");
    }
    Thread watching = Thread.currentThread();
    try (var _ = SignalHandler.onInterrupt(watching::interrupt);
        FullScreen open = screen.get();
        BackgroundSampler sampler = new BackgroundSampler(flow, every)) {
      return watch(sampler, open).code();
    }
  }

  private ExitCode print(FlowSnapshot now) {
    if (global.output().isHumanReadable()) {
      view.add(now);
      view.lines(width()).forEach(cli.out()::println);
      cli.out().flush();
    } else {
      global.output().printOne(cli, now.toJson());
    }
    return now.hasBroker() ? ExitCode.DONE : ExitCode.UNREACHABLE;
  }

  private int width() {
    return cli.columns() == 0 ? DEFAULT_WIDTH : cli.columns();
  }

  private ExitCode watch(BackgroundSampler sampler, FullScreen screen) {
    Sample shown = null;
    while (!Thread.currentThread().isInterrupted()) {
      Sample next = sampler.next();
      if (next != null && !paused) {
        if (shown == null || shown.snapshot().nanos() != next.snapshot().nanos()) {
          view.add(next.snapshot());
        }
        shown = next;
      }
      screen.show(lines(screen, shown));
      switch (screen.key(KEY_WAIT)) {
        case 'q', ESCAPE, FullScreen.END -> {
          return ExitCode.DONE;
        }
        case CTRL_C -> {
          return ExitCode.INTERRUPTED;
        }
        case 'p', ' ' -> {
          paused = !paused;
          sampler.pause(paused);
        }
        case 's' -> view.toggleOrder();
        case 'd' -> {
          deadLetters = !deadLetters;
          sampler.showDeadLetters(deadLetters);
        }
        default -> {}
      }
    }
    return ExitCode.INTERRUPTED;
  }

  /** The screen, with the keys in its last line. */
  private List<String> lines(FullScreen screen, @Nullable Sample sample) {
    List<String> details = new ArrayList<>();
    if (deadLetters) {
      details.add("");
      details.add("DEAD LETTERS");
      List<String> deadLetterLines = sample == null ? List.of() : sample.deadLetters();
      (deadLetterLines.isEmpty() ? List.of("loading ...") : deadLetterLines)
          .forEach(line -> details.add(Text.printable(line)));
    }
    int rows = screen.height() - 1;
    List<String> flow = sample == null ? List.of("loading ...") : view.lines(screen.width());
    List<String> lines = new ArrayList<>(Layout.fit(flow, details, rows));
    while (lines.size() < rows) {
      lines.add("");
    }
    lines.add((screen.width() < WIDTH_OF_KEYS ? "p s d q" : KEYS) + (paused ? "   PAUSED" : ""));
    return lines;
  }
}
