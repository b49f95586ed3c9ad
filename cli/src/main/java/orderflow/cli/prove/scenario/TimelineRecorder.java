package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import orderflow.cli.load.LoadStats;
import orderflow.cli.load.QueueDepthMonitor;
import orderflow.cli.prove.check.ClientHistory;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology;

/** Takes a sample of a scenario's state several times a second, and notes what is done to it. */
final class TimelineRecorder implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final long startNanos = System.nanoTime();
  private final List<QueueDepthMonitor> depths;
  private final List<QueueDepthMonitor> deadLetters;
  private final ClientHistory ledger;
  private final LoadStats tally;
  private final EventRecorder witness;
  private final ScenarioListener observer;
  private final List<Timeline.Sample> samples = new ArrayList<>();
  private final List<Timeline.Mark> marks = new ArrayList<>();
  private final Map<String, Double> begun = new HashMap<>();
  private final Thread thread;
  private volatile boolean closing;

  TimelineRecorder(
      RabbitBroker broker,
      ClientHistory ledger,
      LoadStats tally,
      EventRecorder witness,
      ScenarioListener observer) {
    this.depths =
        Topology.QUEUES.stream().map(queue -> new QueueDepthMonitor(broker, queue)).toList();
    this.deadLetters =
        Topology.QUEUES.stream()
            .map(queue -> new QueueDepthMonitor(broker, Topology.deadLetterQueue(queue)))
            .toList();
    this.ledger = ledger;
    this.tally = tally;
    this.witness = witness;
    this.observer = observer;
    this.thread = Thread.ofPlatform().name("recorder").daemon().start(this::run);
  }

  /** Seconds since the start. */
  double now() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  /** Something is done on purpose from now on. */
  synchronized void begins(String what) {
    begun.put(what, now());
  }

  /** It was mended. */
  synchronized void ends(String what) {
    double now = now();
    marks.add(new Timeline.Mark(begun.getOrDefault(what, now), now, what));
    begun.remove(what);
  }

  /** How many messages waited in the queues of the services lately; -1 when nobody can tell. */
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
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      depths.forEach(QueueDepthMonitor::close);
      deadLetters.forEach(QueueDepthMonitor::close);
    }
  }

  private Timeline.Sample sample() {
    return new Timeline.Sample(
        now(),
        ledger.acceptedCount(),
        witness.decided(),
        depths.get(0).depth().orElse(-1),
        depths.get(1).depth().orElse(-1),
        depths.get(2).depth().orElse(-1),
        sum(deadLetters),
        tally.latencyMillis(99),
        tally.takeRecentLatency());
  }

  /** -1 when nobody can tell; a queue that there is not yet counts nothing. */
  private static long sum(List<QueueDepthMonitor> watches) {
    long sum = -1;
    for (QueueDepthMonitor watch : watches) {
      OptionalLong depth = watch.depth();
      if (depth.isPresent()) {
        sum = Math.max(0, sum) + depth.getAsLong();
      }
    }
    return sum;
  }

  private synchronized void add(Timeline.Sample sample) {
    samples.add(sample);
    observer.sample(sample);
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
