package orderflow.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.util.List;
import orderflow.delivery.Lane;
import orderflow.delivery.Outbox;
import orderflow.store.Store;
import orderflow.store.StoreException;
import orderflow.store.Tx;

/**
 * The metrics that every service has. What is read from the store is read whenever metrics are
 * asked for; where the store cannot be read, the figure is NaN.
 */
final class ServiceMetrics {
  private final MeterRegistry registry;
  private final Store figures;
  private final Clock clock;

  /**
   * Registers what is about the process.
   *
   * @param figures the store, with a limit on the time that a read takes
   */
  ServiceMetrics(MeterRegistry registry, Store figures, Clock clock) {
    this.registry = registry;
    this.figures = figures;
    this.clock = clock;
    Gauge.builder("orderflow.build.info", () -> 1)
        .description("The version that runs, as a label")
        .tag("version", version())
        .register(registry);
    double start = clock.millis() / 1e3;
    Gauge.builder("process.start.time", () -> start)
        .description("When the service started, in seconds since 1970")
        .baseUnit("seconds")
        .register(registry);
    FunctionCounter.builder("orderflow.log.lines.dropped", this, _ -> DroppedLogLines.count())
        .description("Log lines dropped by this process because the log was not read fast enough")
        .register(registry);
  }

  /** As it was packaged; classes that were not have none. */
  private static String version() {
    String version = ServiceMetrics.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  /** A figure that is read from the store; keep it cheap. */
  void gauge(String gauge, String description, Store.Work<Long> figure) {
    Gauge.builder(gauge, () -> reading(figure)).description(description).register(registry);
  }

  /** The records of each result, as counted by {@link RecordTotals}. */
  void totals(List<String> results) {
    for (String result : results) {
      Gauge.builder("orderflow.records", () -> reading(tx -> RecordTotals.read(tx, result)))
          .description("Records in the store, by their status")
          .tag("result", result)
          .register(registry);
    }
  }

  void outbox(Outbox outbox) {
    gauge(
        "orderflow.outbox.entries",
        "Messages that are committed and not yet confirmed by the broker",
        outbox::depth);
    gauge(
        "orderflow.outbox.age.seconds",
        "Age of the oldest message in the outbox",
        tx -> oldestAgeSeconds(outbox, tx));
  }

  private long oldestAgeSeconds(Outbox outbox, Tx tx) {
    long oldest = outbox.oldestMillis(tx);
    return oldest == 0 ? 0 : Math.max(0, clock.millis() - oldest) / 1_000;
  }

  /**
   * The depth of a lane of the outbox.
   *
   * @return the timer of its confirms
   */
  Timer lane(String name, Lane lane) {
    Gauge.builder("orderflow.lane.entries", () -> reading(lane::depth))
        .description("Messages in one lane of the outbox: events, or those for a dead-letter queue")
        .tag("lane", name)
        .register(registry);
    return Timer.builder("orderflow.confirm")
        .description("Time from publishing a message to the broker's confirm")
        .tag("lane", name)
        .register(registry);
  }

  /** The counter of a queue, 0 from its first call on. */
  Counter redeclared(String queue) {
    return Counter.builder("orderflow.queue.redeclared")
        .description(
            "Times that a queue had been deleted and was declared again; messages are lost")
        .tag("queue", queue)
        .register(registry);
  }

  Counter workerStarts(String worker) {
    return Counter.builder("orderflow.worker.starts")
        .description("Sessions that a worker has opened, each with connections of its own")
        .tag("worker", worker)
        .register(registry);
  }

  private double reading(Store.Work<Long> figure) {
    try {
      return figures.read(figure);
    } catch (StoreException e) {
      return Double.NaN;
    }
  }
}
