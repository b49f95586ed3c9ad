package orderflow.cli.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import orderflow.cli.ExitCode;
import orderflow.cli.view.Progress;
import orderflow.cli.view.Text;
import orderflow.messaging.MessagingException;
import org.jspecify.annotations.Nullable;

/** One flood from start to summary: the load on one thread, the watching on another. */
public final class FloodRun {
  private static final long TICK_NANOS = 1_000_000_000;

  private final LoadGenerator load;
  private final LoadPlan plan;
  private final DepthWatch depth;
  private double seconds;
  private OptionalLong depthAtEnd = OptionalLong.empty();
  private volatile String failure = "";
  private volatile @Nullable RuntimeException defect;

  public FloodRun(LoadGenerator load, LoadPlan plan, DepthWatch depth) {
    this.load = load;
    this.plan = plan;
    this.depth = depth;
  }

  /** Blocks until it is over, by plan or by {@link #stop}. */
  public void run(Progress progress) throws InterruptedException {
    long start = System.nanoTime();
    Thread sending = Thread.ofPlatform().name("flood").daemon().start(this::send);
    var recently = new RecentRate(plan.rate(), start);
    long tick = 1;
    while (!sending.join(untilTick(start, tick))) {
      progress.update(line(start, recently, depth.depth()));
      tick = Math.max(tick, (System.nanoTime() - start) / TICK_NANOS) + 1; // left out when late
    }
    RuntimeException unexpected = defect;
    if (unexpected != null) {
      throw unexpected; // else a flood that broke would count as one that had nothing to do
    }
    seconds = (System.nanoTime() - start) / 1e9;
    depthAtEnd = depth.depth();
    progress.clear();
  }

  /** Ends {@link #run} early; from any thread. */
  public void stop() {
    load.stop();
  }

  private static Duration untilTick(long start, long tick) {
    long due = start + tick * TICK_NANOS - System.nanoTime();
    return Duration.ofNanos(Math.max(due, 1_000_000));
  }

  private void send() {
    try {
      load.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (MessagingException e) {
      failure = e.detail();
    } catch (RuntimeException e) {
      defect = e;
    }
  }

  private String line(long start, RecentRate recently, OptionalLong ready) {
    Tally tally = load.tally();
    long now = System.nanoTime();
    long accepted = tally.acceptedCount();
    return String.format(
        Locale.ROOT,
        "%5.0fs  rate %s/s  accepted %s  order_placed %s  rejected %s  errors %s",
        (now - start) / 1e9,
        rate(recently.until(now, accepted)),
        Text.grouped(accepted),
        ready.isPresent() ? Text.grouped(ready.getAsLong()) : "?",
        Text.grouped(tally.rejectedCount()),
        Text.grouped(tally.errorCount()));
  }

  private static String rate(double perSecond) {
    return String.format(Locale.ROOT, perSecond < 10 ? "%.1f" : "%,.0f", perSecond);
  }

  /** For people. */
  public List<String> summary() {
    Tally tally = load.tally();
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "Flood    %.1f s at %s, %s/s accepted; latency since due",
            seconds,
            plan.rate().isMax() ? "full speed" : plan.rate() + "/s intended",
            rate(tally.acceptedCount() / seconds)));
    lines.add(
        "orders   sent %s  accepted %s  rejected %s  errors %s"
            .formatted(
                Text.grouped(tally.sentCount()),
                Text.grouped(tally.acceptedCount()),
                Text.grouped(tally.rejectedCount()),
                Text.grouped(tally.errorCount())));
    lines.add(
        "latency  p50 %s  p90 %s  p99 %s  p99.9 %s  max %s"
            .formatted(
                Text.millis(tally.latencyMillis(50)),
                Text.millis(tally.latencyMillis(90)),
                Text.millis(tally.latencyMillis(99)),
                Text.millis(tally.latencyMillis(99.9)),
                Text.millis(tally.maxLatencyMillis())));
    lines.add(
        depthAtEnd.isPresent()
            ? "backlog  order_placed peak %s  at end %s"
                .formatted(Text.grouped(depth.peak()), Text.grouped(depthAtEnd.getAsLong()))
            : "backlog  unknown: the broker does not answer");
    if (!tally.firstProblem().isEmpty()) {
      lines.add("problem  " + Text.printable(tally.firstProblem()) + " (the first one)");
    }
    if (!failure.isEmpty()) {
      lines.add("stopped  " + failure);
    }
    return lines;
  }

  /** The contract for programs. */
  public Map<String, Object> toJson() {
    Tally tally = load.tally();
    Map<String, Object> latency = new LinkedHashMap<>();
    latency.put("p50", round(tally.latencyMillis(50)));
    latency.put("p90", round(tally.latencyMillis(90)));
    latency.put("p99", round(tally.latencyMillis(99)));
    latency.put("p999", round(tally.latencyMillis(99.9)));
    latency.put("max", round(tally.maxLatencyMillis()));
    Map<String, Object> backlog = new LinkedHashMap<>();
    backlog.put("peak", depthAtEnd.isPresent() ? depth.peak() : null);
    backlog.put("at_end", depthAtEnd.isPresent() ? depthAtEnd.getAsLong() : null);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("sent", tally.sentCount());
    json.put("accepted", tally.acceptedCount());
    json.put("rejected", tally.rejectedCount());
    json.put("errors", tally.errorCount());
    json.put("seconds", round(seconds));
    json.put("rate_per_s", round(tally.acceptedCount() / seconds));
    json.put("latency_ms", latency);
    json.put("backlog", backlog);
    return json;
  }

  /** Done when all were accepted, unreachable when none was answered, partly done in between. */
  public ExitCode exitCode() {
    Tally tally = load.tally();
    if (tally.acceptedCount() == tally.sentCount() && failure.isEmpty()) {
      return ExitCode.DONE;
    }
    return tally.acceptedCount() == 0 && tally.rejectedCount() == 0
        ? ExitCode.UNREACHABLE
        : ExitCode.PARTIAL;
  }

  private static double round(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }
}
