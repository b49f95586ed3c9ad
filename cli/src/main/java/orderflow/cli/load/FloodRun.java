package orderflow.cli.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import orderflow.cli.io.ExitCode;
import orderflow.cli.view.Progress;
import orderflow.cli.view.Text;
import orderflow.messaging.MessagingException;
import org.jspecify.annotations.Nullable;

/** One flood from start to summary: one thread sends, another one reads the queue depth. */
public final class FloodRun {
  private static final long TICK_NANOS = 1_000_000_000;
  private static final long POLL_NANOS = 100_000_000;
  private static final Duration RESPONSE_GRACE = Duration.ofMillis(500);
  private static final Duration END_LIMIT = Duration.ofMillis(900);
  private static final Duration DEPTH_WAIT = Duration.ofMillis(250);

  private final LoadGenerator load;
  private final LoadPlan plan;
  private final QueueDepthMonitor depth;
  private final ExecutorService depths =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("depth").daemon().factory());
  private final AtomicLong stopped = new AtomicLong();
  private @Nullable Future<OptionalLong> pendingDepth;
  private double seconds;
  private OptionalLong depthAtEnd = OptionalLong.empty();
  private volatile long startNanos;
  private volatile boolean prepared;
  private volatile String failure = "";
  private volatile @Nullable RuntimeException defect;

  public FloodRun(LoadGenerator load, LoadPlan plan, QueueDepthMonitor depth) {
    this.load = load;
    this.plan = plan;
    this.depth = depth;
  }

  /** Blocks until the plan is done or, after {@link #stop}, at most 2 s. */
  public void run(Progress progress) throws InterruptedException {
    try {
      runToEnd(progress);
    } finally {
      depths.shutdownNow();
    }
    progress.clear();
  }

  private void runToEnd(Progress progress) throws InterruptedException {
    long start = System.nanoTime();
    startNanos = start;
    Thread sending = Thread.ofPlatform().name("flood").daemon().start(this::send);
    var recently = new RecentRate(plan.rate(), start);
    long tick = 1;
    while (!sending.join(untilTick(start, tick)) && !isAbandoned(sending)) {
      if (start != startNanos) { // the flood begins
        start = startNanos;
        recently = new RecentRate(plan.rate(), start);
        tick = 1;
      }
      if (System.nanoTime() - start >= tick * TICK_NANOS) {
        progress.update(line(start, recently, latestDepth()));
        tick = Math.max(tick, (System.nanoTime() - start) / TICK_NANOS) + 1; // skips missed ticks
      }
    }
    RuntimeException unexpected = defect;
    if (unexpected != null) {
      throw unexpected; // otherwise it would count as an empty flood
    }
    seconds = (System.nanoTime() - startNanos) / 1e9;
    latestDepth(); // the request from before the end
    depthAtEnd = latestDepth();
  }

  /** Ends {@link #run} early; from any thread. */
  public void stop() {
    stopped.compareAndSet(0, System.nanoTime() | 1); // never 0
    load.stop();
  }

  /** Whether the sender must be left behind; interrupts it 500 ms after a stop. */
  private boolean isAbandoned(Thread sending) {
    long at = stopped.get();
    if (at == 0 || System.nanoTime() - at < RESPONSE_GRACE.toNanos()) {
      return false;
    }
    sending.interrupt();
    return System.nanoTime() - at >= END_LIMIT.toNanos();
  }

  /** The newest depth; empty when the broker does not answer in time. */
  private OptionalLong latestDepth() throws InterruptedException {
    Future<OptionalLong> answer = pendingDepth == null ? depths.submit(depth::depth) : pendingDepth;
    try {
      pendingDepth = null;
      return answer.get(DEPTH_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      pendingDepth = answer;
      return OptionalLong.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private Duration untilTick(long start, long tick) {
    long due = start + tick * TICK_NANOS - System.nanoTime();
    return Duration.ofNanos(Math.clamp(due, 1_000_000, POLL_NANOS));
  }

  private void send() {
    try {
      load.prepare();
      startNanos = System.nanoTime();
      prepared = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } catch (RuntimeException e) {
      defect = e;
      return;
    }
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
    LoadStats stats = load.stats();
    long now = System.nanoTime();
    long accepted = stats.acceptedCount();
    return String.format(
        Locale.ROOT,
        "%5.0fs  rate %s/s  accepted %s  order_placed %s  rejected %s  errors %s",
        (now - start) / 1e9,
        rate(recently.until(now, accepted)),
        Text.grouped(accepted),
        ready.isPresent() ? Text.grouped(ready.getAsLong()) : "?",
        Text.grouped(stats.rejectedCount()),
        Text.grouped(stats.errorCount()));
  }

  private static String rate(double perSecond) {
    return String.format(Locale.ROOT, perSecond < 10 ? "%.1f" : "%,.0f", perSecond);
  }

  /** Human-readable lines. */
  public List<String> summary() {
    LoadStats stats = load.stats();
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "Flood    %.1f s at %s, %s/s accepted; latency since due",
            seconds,
            plan.rate().isMax() ? "full speed" : plan.rate() + "/s intended",
            rate(stats.acceptedCount() / seconds)));
    lines.add(
        "orders   sent %s  accepted %s  rejected %s  errors %s%s"
                .formatted(
                    Text.grouped(stats.sentCount()),
                    Text.grouped(stats.acceptedCount()),
                    Text.grouped(stats.rejectedCount()),
                    Text.grouped(errors()),
                    errors() == 0 ? "" : " (in doubt)")
            + (notSent() == 0 ? "" : "  due but not sent " + Text.grouped(notSent())));
    lines.add(
        "latency  p50 %s  p90 %s  p99 %s  p99.9 %s  max %s"
            .formatted(
                Text.millis(stats.latencyMillis(50)),
                Text.millis(stats.latencyMillis(90)),
                Text.millis(stats.latencyMillis(99)),
                Text.millis(stats.latencyMillis(99.9)),
                Text.millis(stats.maxLatencyMillis())));
    lines.add(
        depthAtEnd.isPresent()
            ? "backlog  order_placed peak %s  at end %s"
                .formatted(Text.grouped(depth.peak()), Text.grouped(depthAtEnd.getAsLong()))
            : "backlog  unknown: the broker does not answer");
    if (!stats.firstProblem().isEmpty()) {
      lines.add("problem  " + Text.printable(stats.firstProblem()) + " (the first one)");
    }
    if (!prepared) {
      lines.add("stopped  no answer before the first order");
    }
    if (!failure.isEmpty()) {
      lines.add("stopped  " + failure);
    }
    return lines;
  }

  /** By the field names of the schema. */
  public Map<String, Object> toJson() {
    LoadStats stats = load.stats();
    Map<String, Object> latency = new LinkedHashMap<>();
    latency.put("p50", round(stats.latencyMillis(50)));
    latency.put("p90", round(stats.latencyMillis(90)));
    latency.put("p99", round(stats.latencyMillis(99)));
    latency.put("p999", round(stats.latencyMillis(99.9)));
    latency.put("max", round(stats.maxLatencyMillis()));
    Map<String, Object> backlog = new LinkedHashMap<>();
    backlog.put("peak", depthAtEnd.isPresent() ? depth.peak() : null);
    backlog.put("at_end", depthAtEnd.isPresent() ? depthAtEnd.getAsLong() : null);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("sent", stats.sentCount());
    json.put("accepted", stats.acceptedCount());
    json.put("rejected", stats.rejectedCount());
    json.put("errors", errors());
    json.put("not_sent", notSent());
    json.put("seconds", round(seconds));
    json.put("rate_per_s", round(stats.acceptedCount() / seconds));
    json.put("latency_ms", latency);
    json.put("backlog", backlog);
    return json;
  }

  /** Includes orders left unanswered at the end. */
  private long errors() {
    LoadStats stats = load.stats();
    return Math.max(
        stats.errorCount(), stats.sentCount() - stats.acceptedCount() - stats.rejectedCount());
  }

  private long notSent() {
    return prepared ? load.stats().notSentCount() : plan.dueAfter((long) (seconds * 1e9));
  }

  /** Done when all due orders were accepted, unreachable when none was answered, else partial. */
  public ExitCode exitCode() {
    LoadStats stats = load.stats();
    if (prepared
        && stats.acceptedCount() == stats.sentCount()
        && failure.isEmpty()
        && notSent() == 0) {
      return ExitCode.DONE;
    }
    return stats.acceptedCount() == 0 && stats.rejectedCount() == 0
        ? ExitCode.UNREACHABLE
        : ExitCode.PARTIAL;
  }

  private static double round(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }
}
