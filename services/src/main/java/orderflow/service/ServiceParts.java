package orderflow.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import orderflow.delivery.BackOff;
import orderflow.delivery.BatchConsumer;
import orderflow.delivery.CrashSuspects;
import orderflow.delivery.Handler;
import orderflow.delivery.Lane;
import orderflow.delivery.Outbox;
import orderflow.delivery.Relay;
import orderflow.delivery.ReplayLog;
import orderflow.delivery.SlowStartSubscription;
import orderflow.delivery.TopologyKeeper;
import orderflow.delivery.WorkLoop;
import orderflow.delivery.Worker;
import orderflow.event.Event;
import orderflow.http.Health;
import orderflow.http.HttpServer;
import orderflow.http.Routes;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Subscription;
import orderflow.messaging.Topology;
import orderflow.store.Schema;
import orderflow.store.SqliteStore;
import orderflow.store.Store;
import orderflow.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The parts of one running service: store, outbox and relay, consumers, HTTP. Starts them one by
 * one and stops them in the order that loses nothing. Built and closed by one thread.
 */
public final class ServiceParts implements AutoCloseable {
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(30);

  /** A consumer takes nothing more while so much waits for the broker: about 4 GB of its disk. */
  private static final long OUTBOX_LIMIT = 10_000_000;

  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(5);

  /** For each of a few figures, within what Prometheus waits for all of them. */
  private static final Duration FIGURE_LIMIT = Duration.ofSeconds(1);

  private final String name;
  private final ServiceSettings settings;
  private final Health health = new Health();
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Outbox outbox = new Outbox();
  private final Store store;
  private final Store requestStore;
  private final ServiceMetrics figures;
  private final ReadyChecks checks;
  private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
  private final List<Supplier<Worker>> workers = new ArrayList<>();
  private @Nullable HttpServer server;

  /**
   * Opens the service's store.
   *
   * @param name as it stands in metrics, and as the database's file name
   * @param tables the service's own; the shared ones are added
   * @param later steps of the schema that came after the first shared ones and before the last,
   *     oldest first
   * @param totals of its own tables, see {@link RecordTotals#of}
   * @param latest steps that came after all shared ones
   * @throws StoreException when the store cannot be opened
   */
  public ServiceParts(
      String name,
      ServiceSettings settings,
      List<List<String>> tables,
      List<List<String>> later,
      List<List<String>> totals,
      List<List<String>> latest) {
    this.name = name;
    this.settings = settings;
    List<List<String>> all = new ArrayList<>(tables);
    all.add(Outbox.SCHEMA);
    all.add(CrashSuspects.SCHEMA);
    Schema schema =
        Schema.of(all)
            .then(Outbox.DEAD_LETTER_LOG_SCHEMA)
            .then(Outbox.PUBLISHED_SCHEMA)
            .then(ReplayLog.SCHEMA);
    for (List<String> step : later) {
      schema = schema.then(step);
    }
    schema =
        schema
            .then(Outbox.CONFIRMED_SCHEMA)
            .then(RecordTotals.schema(totals))
            .then(Outbox.LANES_SCHEMA);
    for (List<String> step : latest) {
      schema = schema.then(step);
    }
    schema = schema.then(Outbox.NO_DEAD_LETTER_LOG_SCHEMA);
    metrics.config().commonTags("service", name).meterFilter(new Buckets());
    this.store =
        new TimedStore(SqliteStore.open(settings.dataDir().resolve(name + ".db"), schema), metrics);
    toClose.push(store);
    health.probe("store", this::storeProblem);
    this.requestStore = closedLast(new TimeLimitedStore(store, REQUEST_LIMIT));
    this.figures =
        new ServiceMetrics(
            metrics, closedLast(new TimeLimitedStore(store, FIGURE_LIMIT)), settings.clock());
    this.checks =
        new ReadyChecks(health, closedLast(new Watchdog(LoggerFactory.getLogger(logName()))));
    figures.outbox(outbox);
  }

  /** A figure that is read from the store whenever metrics are asked for; keep it cheap. */
  public void gauge(String gauge, String description, Store.Work<Long> figure) {
    figures.gauge(gauge, description, figure);
  }

  /** A metric for the records of each result, as counted by {@link RecordTotals}. */
  public void totals(List<String> results) {
    figures.totals(results);
  }

  public Store store() {
    return store;
  }

  /** The same store for HTTP requests, which wait for it a few seconds at most. */
  public Store requestStore() {
    return requestStore;
  }

  public Outbox outbox() {
    return outbox;
  }

  public PrometheusMeterRegistry metrics() {
    return metrics;
  }

  /** Publishes the service's events, once it listens. */
  public void startEventRelay() {
    startRelay("relay", "events", outbox.events());
  }

  private void startRelay(String check, String laneName, Lane lane) {
    Timer confirms = figures.lane(laneName, lane);
    startWorker(
        check,
        () ->
            new Relay(
                store,
                lane,
                settings.broker().openPublisher(CONFIRM_TIMEOUT),
                settings.clock(),
                nanos -> confirms.record(nanos, TimeUnit.NANOSECONDS)));
  }

  /** Keeps the topology in place that the relay publishes to. */
  public void startTopologyKeeper() {
    Topology.QUEUES.stream()
        .flatMap(queue -> Stream.of(queue, Topology.deadLetterQueue(queue)))
        .forEach(figures::redeclared);
    startWorker(
        "topology",
        () ->
            new TopologyKeeper(
                settings.broker().openTopologyCheck(),
                queue -> figures.redeclared(queue).increment(),
                System::nanoTime));
  }

  /**
   * Consumes a queue, and publishes its dead letters, once the service listens.
   *
   * @param wrapping put around each subscription, for the testers' knobs
   */
  public <E extends Event> void startConsumer(
      Handler<E> handler, UnaryOperator<Subscription> wrapping) {
    Worker.ReadinessCheck deliveryLimit =
        checks.logged("delivery-limit", LoggerFactory.getLogger(logName()));
    String letters = Topology.deadLetterQueue(handler.queue());
    startRelay("relay-" + letters, letters, outbox.deadLetters());
    for (Reason reason : Reason.values()) {
      MessageMetrics.deadLetters(metrics, handler.queue(), reason);
    }
    startWorker(
        "consumer",
        () -> {
          BatchConsumer.requireReady(store, outbox, OUTBOX_LIMIT);
          Subscription subscription =
              settings.broker().subscribe(handler.queue(), SlowStartSubscription.FIRST_PREFETCH);
          return new BatchConsumer<>(
              new SlowStartSubscription(
                  wrapping.apply(subscription), BatchConsumer.PREFETCH, deliveryLimit),
              store,
              outbox,
              handler,
              OUTBOX_LIMIT,
              settings.clock(),
              System::nanoTime,
              LoggerFactory.getLogger(logName()));
        });
  }

  /**
   * Keeps a session going once the service listens; it is ready only while the session is up.
   *
   * @param check its name in {@code /health/ready}
   */
  public void startWorker(String check, Supplier<WorkLoop> opening) {
    Worker.ReadinessCheck condition = condition(check);
    condition.down("starting");
    Counter starts = figures.workerStarts(check);
    Supplier<WorkLoop> counted =
        () -> {
          WorkLoop session = opening.get();
          starts.increment();
          return session;
        };
    workers.add(() ->
        Worker.start(name + "-" + check, counted, condition, BackOff.DEFAULT, settings.random()));
  }

  /** A check of {@code /health/ready}. */
  public Worker.ReadinessCheck condition(String check) {
    return checks.check(check);
  }

  private <T extends AutoCloseable> T closedLast(T part) {
    toClose.push(part);
    return part;
  }

  /** To be closed when HTTP and the workers are. */
  public void closing(AutoCloseable part) {
    toClose.push(part);
  }

  /**
   * Listens, and only then lets the workers start: a service whose port is taken must not consume
   * what another instance is there for.
   *
   * @throws orderflow.http.PortInUseException when the port is taken
   */
  public void startHttp(Routes routes) {
    server = HttpServer.start(settings.http(), health, metrics, routes.map(StoreErrors::told));
    workers.forEach(worker -> toClose.push(worker.get()));
    workers.clear();
  }

  /** Where it listens; only after {@link #startHttp}. */
  public URI uri() {
    if (server == null) {
      throw new IllegalStateException(name + " does not listen yet");
    }
    return server.uri();
  }

  /** Whether all parts can do their work. */
  public boolean isReady() {
    return health.ready();
  }

  /** Why not, by check; empty when ready. */
  public Map<String, String> problems() {
    Map<String, String> problems = new TreeMap<>(health.checks());
    problems.values().removeIf("up"::equals);
    return problems;
  }

  /** Stops taking, finishes what was taken, and releases everything, within a bounded time. */
  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
    while (!toClose.isEmpty()) {
      try {
        toClose.pop().close();
      } catch (Exception e) {
        LoggerFactory.getLogger(logName()).warn("Closing a part failed", e);
      }
    }
  }

  /** The name operators know from the original flow's logs: {@code inventory}: InventoryService. */
  private String logName() {
    return Character.toUpperCase(name.charAt(0)) + name.substring(1) + "Service";
  }

  private Optional<String> storeProblem() {
    try {
      store.check();
      return Optional.empty();
    } catch (StoreException e) {
      return Optional.of(e.detail());
    }
  }
}
