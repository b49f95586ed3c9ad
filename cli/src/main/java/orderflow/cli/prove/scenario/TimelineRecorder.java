package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import orderflow.cli.load.LoadStats;
import orderflow.cli.load.QueueDepthMonitor;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology;

/** Samples the state of a scenario several times a second, and records its faults. Thread-safe. */
final class TimelineRecorder implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(250);

  private final long startNanos = System.nanoTime();
  private final TestEnvironment environment;
  private final List<QueueDepthMonitor> queues;
  private final List<QueueDepthMonitor> deadLetterQueues;
  private final ClientHistory responses;
  private final LoadStats stats;
  private final EventRecorder events;
  private final ScenarioListener listener;
  private final HistoryWriter history;
  private final List<Timeline.Sample> samples = new ArrayList<>();
  private final List<Timeline.Mark> marks = new ArrayList<>();
  private final Map<String, Double> begun = new HashMap<>();
  private final Thread thread;
  private volatile boolean closing;

  TimelineRecorder(
      TestEnvironment environment,
      ClientHistory responses,
      LoadStats stats,
      EventRecorder events,
      ScenarioListener listener,
      HistoryWriter history) {
    RabbitBroker broker = environment.broker();
    this.environment = environment;
    this.queues =
        Topology.QUEUES.stream().map(queue -> new QueueDepthMonitor(broker, queue)).toList();
    this.deadLetterQueues =
        Topology.QUEUES.stream()
            .map(queue -> new QueueDepthMonitor(broker, Topology.deadLetterQueue(queue)))
            .toList();
    this.responses = responses;
    this.history = history;
    this.stats = stats;
    this.events = events;
    this.listener = listener;
    this.thread = Thread.ofPlatform().name("timeline").daemon().start(this::run);
  }

  /** Seconds since the start. */
  double now() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  synchronized void faultStarted(String fault) {
    begun.put(fault, now());
  }

  synchronized void faultEnded(String fault) {
    double now = now();
    marks.add(new Timeline.Mark(begun.getOrDefault(fault, now), now, fault));
    begun.remove(fault);
  }

  /** The last known number of ready messages in the services' queues; -1 when unknown. */
  synchronized long waiting() {
    return samples.isEmpty() ? -1 : samples.getLast().waiting();
  }

  synchronized Timeline timeline() {
    return new Timeline(List.copyOf(samples), List.copyOf(marks));
  }

  private void run() {
    try {
      while (!closing) {
        add(sample());
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      queues.forEach(QueueDepthMonitor::close);
      deadLetterQueues.forEach(QueueDepthMonitor::close);
    }
  }

  private Timeline.Sample sample() {
    return new Timeline.Sample(
        now(),
        responses.acceptedCount(),
        events.decided(),
        depth(0),
        depth(1),
        depth(2),
        sum(deadLetterQueues),
        stats.latencyMillis(99),
        stats.takeRecentLatency());
  }

  /** -1 when unknown; a queue that no service consumes has no backlog. */
  private long depth(int queue) {
    return environment.isConsumed(Topology.QUEUES.get(queue))
        ? queues.get(queue).depth().orElse(-1)
        : 0;
  }

  /** -1 when no depth is known. */
  private static long sum(List<QueueDepthMonitor> monitors) {
    long sum = -1;
    for (QueueDepthMonitor monitor : monitors) {
      OptionalLong depth = monitor.depth();
      if (depth.isPresent()) {
        sum = Math.max(0, sum) + depth.getAsLong();
      }
    }
    return sum;
  }

  private synchronized void add(Timeline.Sample sample) {
    samples.add(sample);
    listener.sample(sample);
    history.offer(sample.toRecord(history.now()));
  }

  @Override
  public void close() {
    closing = true;
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
