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
    header = "See queues, services and dead letters change, on the whole screen.",
    description = {
      "",
      "Keys: p pauses, s sorts by depth, d shows dead letters by reason, q quits.",
      "Rates are what the services say that they handled, and how depths change; what a",
      "service counts, it counts since it started.",
    },
    footer = {"", "Examples:", "  orderflow watch", "  orderflow watch --once"})
public final class Watch implements Callable<Integer> {
  private static final int WIDTH_ELSEWHERE = 100;
  private static final String KEYS = "p pause   s sort   d dead letters   q quit";
  private static final int WIDTH_OF_KEYS = 51; // with PAUSED behind them
  private static final int CTRL_C = 3;
  private static final int ESCAPE = 27;

  /** How soon what was seen meanwhile is shown. */
  private static final Duration GLANCE = Duration.ofMillis(100);

  private static final Duration SHORTEST = Duration.ofMillis(100);

  private final CliContext cli;
  private final WatchScreen frame = new WatchScreen();
  private boolean paused;
  private boolean deadLetters;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Option(names = "--once", fallbackValue = "true", description = "Print how it is now, and end.")
  private boolean once;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      description = "How often to look (default: ${DEFAULT-VALUE}).",
      defaultValue = "1s")
  private Duration every = Duration.ofSeconds(1);

  public Watch(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (every.compareTo(SHORTEST) < 0) {
      throw new CliException(ExitCode.USAGE, "--every is 100ms or longer");
    }
    var sampler =
        new FlowSampler(
            global.broker("orderflow-watch"), global.services().health().toList(), cli.clock());
    if (once) {
      try (sampler) {
        return print(sampler.take()).code();
      }
    }
    Optional<FullScreen> screen =
        cli.inIsTerminal() && cli.outIsTerminal() ? FullScreen.open() : Optional.empty();
    if (screen.isEmpty()) {
      throw new CliException(ExitCode.USAGE, "watch needs a terminal; --once prints how it is now");
    }
    Thread watching = Thread.currentThread();
    try (var _ = SignalHandler.onInterrupt(watching::interrupt);
        FullScreen open = screen.get();
        BackgroundSampler lookout = new BackgroundSampler(sampler, every)) {
      return watch(lookout, open).code();
    }
  }

  private ExitCode print(FlowSnapshot now) {
    if (global.output().isHumanReadable()) {
      frame.add(now);
      frame.lines(width()).forEach(cli.out()::println);
      cli.out().flush();
    } else {
      global.output().printOne(cli, now.toJson());
    }
    return now.hasBroker() ? ExitCode.DONE : ExitCode.UNREACHABLE;
  }

  private int width() {
    return cli.columns() == 0 ? WIDTH_ELSEWHERE : cli.columns();
  }

  private ExitCode watch(BackgroundSampler lookout, FullScreen screen) {
    Sample shown = null;
    while (!Thread.currentThread().isInterrupted()) {
      Sample next = lookout.next();
      if (next != null && !paused) {
        if (shown == null || shown.snapshot().nanos() != next.snapshot().nanos()) {
          frame.add(next.snapshot());
        }
        shown = next;
      }
      screen.show(lines(screen, shown));
      switch (screen.key(GLANCE)) {
        case 'q', ESCAPE, FullScreen.END -> {
          return ExitCode.DONE;
        }
        case CTRL_C -> {
          return ExitCode.INTERRUPTED;
        }
        case 'p', ' ' -> {
          paused = !paused;
          lookout.pause(paused);
        }
        case 's' -> frame.toggleOrder();
        case 'd' -> {
          deadLetters = !deadLetters;
          lookout.showDeadLetters(deadLetters);
        }
        default -> {}
      }
    }
    return ExitCode.INTERRUPTED;
  }

  /** The keys stand in the last line, however many lines there are. */
  private List<String> lines(FullScreen screen, @Nullable Sample look) {
    List<String> asked = new ArrayList<>();
    if (deadLetters) {
      asked.add("");
      asked.add("DEAD LETTERS");
      List<String> letters = look == null ? List.of() : look.deadLetters();
      (letters.isEmpty() ? List.of("looking ...") : letters)
          .forEach(line -> asked.add(Text.printable(line)));
    }
    int room = screen.height() - 1;
    List<String> flow = look == null ? List.of("looking ...") : frame.lines(screen.width());
    List<String> lines = new ArrayList<>(Layout.fit(flow, asked, room));
    while (lines.size() < room) {
      lines.add("");
    }
    lines.add((screen.width() < WIDTH_OF_KEYS ? "p s d q" : KEYS) + (paused ? "   PAUSED" : ""));
    return lines;
  }
}
