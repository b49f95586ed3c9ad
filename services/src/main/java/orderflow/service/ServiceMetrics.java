package orderflow.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import orderflow.delivery.Lane;
import orderflow.delivery.Outbox;
import orderflow.store.Store;
import orderflow.store.StoreException;

/**
 * The metrics that every service has. Metrics of the store are read at each scrape, and are NaN
 * while the store cannot be read.
 */
final class ServiceMetrics {
  private static final double[] BUCKETS =
      LongStream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000)
          .mapToDouble(millis -> Duration.ofMillis(millis).toNanos())
          .toArray();

  private final MeterRegistry registry;
  private final Store store;
  private final Clock clock;

  /** Makes a histogram of each timer. */
  private static final class Histograms implements MeterFilter {
    @Override
    public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
      return id.getType() == Meter.Type.TIMER
          ? DistributionStatisticConfig.builder()
              .serviceLevelObjectives(BUCKETS)
              .build()
              .merge(config)
          : config;
    }
  }

  /**
   * Registers the metrics of the process.
   *
   * @param store with a time limit
   */
  ServiceMetrics(MeterRegistry registry, Store store, Clock clock) {
    this.registry = registry;
    this.store = store;
    this.clock = clock;
    String version = ServiceMetrics.class.getPackage().getImplementationVersion();
    Gauge.builder("orderflow.build.info", () -> 1)
        .description("The version that runs, as a label")
        .tag("version", version == null ? "unknown" : version)
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

  /** Call it before any meter is registered. */
  static void configure(MeterRegistry registry, String service) {
    registry.config().commonTags("service", service).meterFilter(new Histograms());
  }

  /** A metric that is read from the store; keep it cheap. */
  void gauge(String gauge, String description, Store.Work<Long> value) {
    Gauge.builder(gauge, () -> read(value)).description(description).register(registry);
  }

  /** The number of records of each status, as counted by {@link RecordTotals}. */
  void totals(List<String> statuses) {
    for (String status : statuses) {
      Gauge.builder("orderflow.records", () -> read(tx -> RecordTotals.read(tx, status)))
          .description("Records in the store, by their status")
          .tag("result", status)
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
        tx -> {
          long oldest = outbox.oldestMillis(tx);
          return oldest == 0 ? 0 : Math.max(0, clock.millis() - oldest) / 1_000;
        });
  }

  /**
   * The depth of a lane of the outbox.
   *
   * @return the timer of its confirms
   */
  Timer lane(String name, Lane lane) {
    Gauge.builder("orderflow.lane.entries", () -> read(lane::depth))
        .description("Messages in one lane of the outbox: events, or those for a dead-letter queue")
        .tag("lane", name)
        .register(registry);
    return Timer.builder("orderflow.confirm")
        .description("Time from publishing a message to the broker's confirm")
        .tag("lane", name)
        .register(registry);
  }

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

  private double read(Store.Work<Long> value) {
    try {
      return store.read(value);
    } catch (StoreException e) {
      return Double.NaN;
    }
  }
}
