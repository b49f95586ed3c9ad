package orderflow.cli.prove.report;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import orderflow.cli.load.Latency;
import orderflow.cli.prove.check.Totals;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.scenario.Scenario;
import orderflow.cli.prove.scenario.ScenarioResult;
import orderflow.cli.prove.scenario.Timeline.Sample;
import orderflow.cli.view.Sparkline;
import orderflow.cli.view.StatusLines;
import orderflow.cli.view.Text;

/**
 * Redraws the current scenario in place: phase, faults, queue depths and counts. Results stay above
 * it. Thread-safe.
 */
final class LiveView implements ProgressView {
  private static final int MOST_SAMPLES = 240;
  private static final int SAMPLES_A_SECOND = 4;
  private static final int LEGEND = 34;

  /** On fewer columns a depth is left of its name, so that no number is cut off. */
  private static final int NARROW = 31;

  private final StatusLines screen;
  private final boolean coloured;
  private final Deque<Sample> samples = new ArrayDeque<>();
  private final Map<String, Double> faults = new LinkedHashMap<>();
  private String title = "";
  private String phase = "";

  /**
   * @param screen closed with this
   */
  LiveView(StatusLines screen, boolean coloured) {
    this.screen = screen;
    this.coloured = coloured;
  }

  @Override
  public void message(String line) {
    Text.wrapBeside("", line, screen.width()).forEach(screen::print);
  }

  @Override
  public synchronized void scenarioStarted(Scenario scenario, int number, int of) {
    samples.clear();
    faults.clear();
    title = "%d of %d  %s: %s".formatted(number, of, scenario.name(), scenario.purpose());
    phase = "";
    draw();
  }

  @Override
  public synchronized void phase(String what) {
    phase = what;
    draw();
  }

  @Override
  public synchronized void faultStarted(String what) {
    faults.put(what, now());
    draw();
  }

  @Override
  public synchronized void faultEnded(String what) {
    faults.remove(what);
    draw();
  }

  @Override
  public synchronized void sample(Sample sample) {
    samples.addLast(sample);
    if (samples.size() > MOST_SAMPLES) {
      samples.removeFirst();
    }
    draw();
  }

  @Override
  public synchronized void scenarioEnded(ScenarioResult result) {
    title = "";
    screen.show(List.of());
    String word = result.verdict().label(false);
    String head =
        screen.width() < NARROW
            ? "%s  %s  ".formatted(word, result.scenario())
            : String.format(
                Locale.ROOT, "%s  %-18s %6.1f s  ", word, result.scenario(), result.seconds());
    List<String> lines = new ArrayList<>(Text.wrapBeside(head, inShort(result), screen.width()));
    String first = lines.removeFirst().substring(word.length());
    screen.print(result.verdict().label(coloured) + first);
    lines.forEach(screen::print);
  }

  private static String inShort(ScenarioResult result) {
    Totals totals = result.totals();
    return totals.accepted() == 0 || !totals.isJudged()
        ? result.summary()
        : result.verdict() == Verdict.INCONCLUSIVE
            ? result.missing().getFirst()
            : "%s accepted, %s lost, %s double effects"
                .formatted(
                    Text.grouped(totals.accepted()),
                    Text.grouped(totals.lost().size()),
                    Text.grouped(totals.doubleEffects().size()));
  }

  private double now() {
    return samples.isEmpty() ? 0 : samples.getLast().seconds();
  }

  private void draw() {
    if (!title.isEmpty()) {
      screen.show(lines(screen.width()));
    }
  }

  private List<String> lines(int width) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(spread(title, Math.round(now()) + " s", width));
    lines.add("  " + phase);
    lines.add(faults.isEmpty() ? "" : "! " + broken());
    lines.add(depth("order_placed", Sample::orderPlaced, width));
    lines.add(depth("inventory_reserved", Sample::inventoryReserved, width));
    lines.add(depth("order_outcome", Sample::orderOutcome, width));
    lines.add(depth("dead letters", Sample::deadLetters, width));
    if (width < NARROW) {
      figures().forEach(figure -> lines.addAll(Text.wrap(figure, width)));
    } else {
      lines.addAll(Text.fillBeside("  ", figures(), "   ", width));
    }
    return lines;
  }

  /** {@code right} at the right edge, if there is room. */
  private static String spread(String left, String right, int width) {
    String cut = Text.cut(left, Math.max(1, width - right.length() - 1));
    return cut + " ".repeat(Math.max(1, width - Text.columns(cut) - right.length())) + right;
  }

  private String broken() {
    return faults.entrySet().stream()
        .map(fault -> "%s (%d s)".formatted(fault.getKey(), Math.round(now() - fault.getValue())))
        .collect(Collectors.joining(", "));
  }

  private String depth(String name, ToLongFunction<Sample> figure, int width) {
    long last = samples.isEmpty() ? -1 : figure.applyAsLong(samples.getLast());
    int bars = Math.clamp(width - LEGEND, 0, MOST_SAMPLES);
    long[] values =
        samples.stream().skip(Math.max(0, samples.size() - bars)).mapToLong(figure).toArray();
    String depth = last < 0 ? "?" : Text.grouped(last);
    return width < NARROW
        ? "%7s %s".formatted(depth, name)
        : "  %-18s %10s  %s".formatted(name, depth, Sparkline.of(values, bars));
  }

  private List<String> figures() {
    if (samples.isEmpty()) {
      return List.of("");
    }
    Sample last = samples.getLast();
    Latency recent = last.recent();
    return List.of(
        "accepted %s (%s/s)".formatted(Text.grouped(last.accepted()), rate(Sample::accepted)),
        "decided %s (%s/s)".formatted(Text.grouped(last.decided()), rate(Sample::decided)),
        "p99 " + (recent.p99() < 0 ? "-" : Text.millis(recent.p99())));
  }

  /** Over the last second. */
  private String rate(ToLongFunction<Sample> figure) {
    Sample last = samples.getLast();
    Sample before =
        samples.stream()
            .skip(Math.max(0, samples.size() - 1 - SAMPLES_A_SECOND))
            .findFirst()
            .orElse(last);
    double seconds = last.seconds() - before.seconds();
    return seconds <= 0
        ? "-"
        : Text.grouped(
            Math.round((figure.applyAsLong(last) - figure.applyAsLong(before)) / seconds));
  }

  @Override
  public void close() {
    screen.print(""); // the results follow
    screen.close();
  }
}
