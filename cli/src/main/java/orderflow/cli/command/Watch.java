package orderflow.cli.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import orderflow.cli.CommandFailure;
import orderflow.cli.ExitCode;
import orderflow.cli.GlobalOptions;
import orderflow.cli.Interrupts;
import orderflow.cli.Surroundings;
import orderflow.cli.view.FullScreen;
import orderflow.cli.view.Text;
import orderflow.cli.watch.Fitting;
import orderflow.cli.watch.Frame;
import orderflow.cli.watch.Sampler;
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
  private static final Duration SHORTEST = Duration.ofMillis(100);

  private final Surroundings surroundings;
  private final Frame frame = new Frame();
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

  public Watch(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (every.compareTo(SHORTEST) < 0) {
      throw new CommandFailure(ExitCode.USAGE, "--every is 100ms or longer");
    }
    try (var sampler =
        new Sampler(
            global.broker("orderflow-watch"),
            global.services().health().toList(),
            surroundings.clock())) {
      if (once && !global.output().isForPeople()) {
        global.output().printOne(surroundings, sampler.take().toJson());
        return ExitCode.DONE.code();
      }
      if (once) {
        frame.add(sampler.take());
        frame.lines(width()).forEach(surroundings.out()::println);
        surroundings.out().flush();
        return ExitCode.DONE.code();
      }
      Optional<FullScreen> screen =
          surroundings.inIsTerminal() && surroundings.outIsTerminal()
              ? FullScreen.open()
              : Optional.empty();
      if (screen.isEmpty()) {
        throw new CommandFailure(
            ExitCode.USAGE, "watch needs a terminal; --once prints how it is now");
      }
      Thread watching = Thread.currentThread();
      try (var _ = Interrupts.onInterrupt(watching::interrupt);
          FullScreen open = screen.get()) {
        return watch(sampler, open).code();
      }
    }
  }

  private int width() {
    return surroundings.columns() == 0 ? WIDTH_ELSEWHERE : surroundings.columns();
  }

  private ExitCode watch(Sampler sampler, FullScreen screen) throws InterruptedException {
    long next = System.nanoTime();
    List<String> letters = List.of();
    while (!Thread.currentThread().isInterrupted()) {
      if (System.nanoTime() - next >= 0) {
        if (!paused) {
          frame.add(sampler.take());
          letters = deadLetters ? sampler.deadLetters() : List.of();
        }
        next = System.nanoTime() + every.toNanos();
      }
      screen.show(lines(screen, letters));
      int key = screen.key(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
      switch (key) {
        case 'q', ESCAPE, FullScreen.END -> {
          return ExitCode.DONE;
        }
        case CTRL_C -> {
          return ExitCode.INTERRUPTED;
        }
        case 'p', ' ' -> paused = !paused;
        case 's' -> frame.toggleOrder();
        case 'd' -> {
          deadLetters = !deadLetters;
          letters = deadLetters ? sampler.deadLetters() : List.of();
        }
        default -> {}
      }
    }
    return ExitCode.INTERRUPTED;
  }

  /** The keys stand in the last line, however many lines there are. */
  private List<String> lines(FullScreen screen, List<String> letters) {
    List<String> asked = new ArrayList<>();
    if (deadLetters) {
      asked.add("");
      asked.add("DEAD LETTERS");
      letters.forEach(line -> asked.add(Text.printable(line)));
    }
    int room = screen.height() - 1;
    List<String> lines = new ArrayList<>(Fitting.fitted(frame.lines(screen.width()), asked, room));
    while (lines.size() < room) {
      lines.add("");
    }
    lines.add((screen.width() < WIDTH_OF_KEYS ? "p s d q" : KEYS) + (paused ? "   PAUSED" : ""));
    return lines;
  }
}
