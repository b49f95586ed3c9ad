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
import orderflow.http.Endpoint;
import orderflow.http.Health;
import orderflow.http.HttpProblem;
import orderflow.http.HttpServer;
import orderflow.http.Routes;
import orderflow.messaging.Subscription;
import orderflow.messaging.Topology;
import orderflow.store.Schema;
import orderflow.store.SqliteStore;
import orderflow.store.Store;
import orderflow.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of one service: store, outbox and relays, consumer, HTTP. Starts them one by one and
 * stops them in the order that loses nothing. Built and closed by one thread.
 */
public final class ServiceParts implements RunningService {
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(30);

  /** A consumer takes no more messages with this many in the outbox: about 4 GB of disk. */
  private static final long OUTBOX_LIMIT = 10_000_000;

  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(5);

  /** For each of a few metrics, within the time that Prometheus waits for all of them. */
  private static final Duration METRIC_LIMIT = Duration.ofSeconds(1);

  private static final int RETRY_AFTER_SECONDS = 1;

  private final String name;
  private final ServiceSettings settings;
  private final Logger log;
  private final Health health = new Health();
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Outbox outbox = new Outbox();
  private final Store store;
  private final Store requestStore;
  private final ServiceMetrics serviceMetrics;
  private final ReadinessChecks checks;
  private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
  private final List<Supplier<Worker>> workers = new ArrayList<>();
  private @Nullable HttpServer server;

  /**
   * Opens the service's store.
   *
   * @param name in metrics, and the name of the database file
   * @param tables the service's own; the shared ones are added
   * @param later steps of the schema between the first and the last shared ones, oldest first
   * @param totals of its own tables, see {@link RecordTotals#of}
   * @param latest steps after the shared ones
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
    // Operators know this name from the log lines of the original flow: InventoryService.
    this.log =
        LoggerFactory.getLogger(
            Character.toUpperCase(name.charAt(0)) + name.substring(1) + "Service");
    ServiceMetrics.configure(metrics, name);
    this.store =
        closedLast(
            new TimedStore(
                SqliteStore.open(
                    settings.dataDir().resolve(name + ".db"),
                    schema(tables, later, totals, latest)),
                metrics));
    health.probe("store", this::storeProblem);
    this.requestStore = closedLast(new TimeLimitedStore(store, REQUEST_LIMIT));
    this.serviceMetrics =
        new ServiceMetrics(
            metrics, closedLast(new TimeLimitedStore(store, METRIC_LIMIT)), settings.clock());
    this.checks = closedLast(new ReadinessChecks(health, log));
    serviceMetrics.outbox(outbox);
    keepTopology();
  }

  private static Schema schema(
      List<List<String>> tables,
      List<List<String>> later,
      List<List<String>> totals,
      List<List<String>> latest) {
    List<List<String>> steps = new ArrayList<>();
    steps.add(
        Stream.concat(tables.stream(), Stream.of(Outbox.SCHEMA, CrashSuspects.SCHEMA))
            .flatMap(List::stream)
            .toList());
    steps.addAll(List.of(Outbox.DEAD_LETTER_LOG_SCHEMA, Outbox.PUBLISHED_SCHEMA, ReplayLog.SCHEMA));
    steps.addAll(later);
    steps.addAll(
        List.of(Outbox.CONFIRMED_SCHEMA, RecordTotals.schema(totals), Outbox.LANES_SCHEMA));
    steps.addAll(latest);
    steps.add(Outbox.NO_DEAD_LETTER_LOG_SCHEMA);
    return new Schema(steps);
  }

  /** Runs {@code starting}, which starts the parts; when it fails, closes those that run. */
  public RunningService start(Runnable starting) {
    try {
      starting.run();
      return this;
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** A metric that is read from the store at each scrape; keep it cheap. */
  public void gauge(String gauge, String description, Store.Work<Long> value) {
    serviceMetrics.gauge(gauge, description, value);
  }

  /** A metric for the records of each status, as counted by {@link RecordTotals}. */
  public void totals(List<String> statuses) {
    serviceMetrics.totals(statuses);
  }

  public Store store() {
    return store;
  }

  /** The same store with a time limit, for HTTP requests. */
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
    Timer confirms = serviceMetrics.lane(laneName, lane);
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

  private void keepTopology() {
    Topology.QUEUES.stream()
        .flatMap(queue -> Stream.of(queue, Topology.deadLetterQueue(queue)))
        .forEach(serviceMetrics::redeclared);
    startWorker(
        "topology",
        () ->
            new TopologyKeeper(
                settings.broker().openTopologyCheck(),
                queue -> serviceMetrics.redeclared(queue).increment(),
                System::nanoTime));
  }

  /**
   * Consumes a queue and publishes its dead letters, once the service listens.
   *
   * @param wrapper applied to each subscription, for fault injection
   */
  public <E extends Event> void startConsumer(
      Handler<E> handler, UnaryOperator<Subscription> wrapper) {
    Worker.ReadinessCheck deliveryLimit = checks.loggedCheck("delivery-limit");
    String deadLetterQueue = Topology.deadLetterQueue(handler.queue());
    startRelay("relay-" + deadLetterQueue, deadLetterQueue, outbox.deadLetters());
    var messageMetrics = new MessageMetrics(metrics, handler.queue());
    startWorker(
        "consumer",
        () -> {
          BatchConsumer.requireReady(store, outbox, OUTBOX_LIMIT);
          Subscription subscription =
              settings.broker().subscribe(handler.queue(), SlowStartSubscription.FIRST_PREFETCH);
          return new BatchConsumer<>(
              new SlowStartSubscription(
                  wrapper.apply(subscription), BatchConsumer.PREFETCH, deliveryLimit),
              store,
              outbox,
              handler,
              messageMetrics,
              OUTBOX_LIMIT,
              settings.clock(),
              System::nanoTime,
              log);
        });
  }

  /**
   * Runs a work loop once the service listens.
   *
   * @param check its name in {@code /health/ready}
   */
  public void startWorker(String check, Supplier<WorkLoop> opening) {
    Worker.ReadinessCheck readiness = check(check);
    readiness.down("starting");
    Counter starts = serviceMetrics.workerStarts(check);
    Supplier<WorkLoop> counted =
        () -> {
          WorkLoop loop = opening.get();
          starts.increment();
          return loop;
        };
    workers.add(() ->
        Worker.start(name + "-" + check, counted, readiness, BackOff.DEFAULT, settings.random()));
  }

  /** A check of {@code /health/ready}. */
  public Worker.ReadinessCheck check(String check) {
    return checks.check(check);
  }

  /** Closes {@code part} after HTTP and the workers. */
  public <T extends AutoCloseable> T closedLast(T part) {
    toClose.push(part);
    return part;
  }

  /**
   * Listens, and then starts the workers: a service whose port is taken by another instance must
   * not consume.
   *
   * @throws orderflow.http.PortInUseException when the port is taken
   */
  public void startHttp(Routes routes) {
    server =
        HttpServer.start(
            settings.http(), health, metrics, routes.map(ServiceParts::reportingStoreErrors));
    workers.forEach(worker -> toClose.push(worker.get()));
    workers.clear();
  }

  /** Answers 503 to a request that may succeed later, when the store works again. */
  private static Endpoint reportingStoreErrors(Endpoint endpoint) {
    return request -> {
      try {
        return endpoint.handle(request);
      } catch (StoreException e) {
        if (!e.isTransient()) {
          throw e;
        }
        throw HttpProblem.unavailable(
            "store_unavailable",
            "the store cannot be used (" + e.detail() + "); try the same again",
            RETRY_AFTER_SECONDS);
      }
    };
  }

  @Override
  public URI uri() {
    if (server == null) {
      throw new IllegalStateException(name + " does not listen yet");
    }
    return server.uri();
  }

  @Override
  public boolean isReady() {
    return health.ready();
  }

  @Override
  public Map<String, String> problems() {
    Map<String, String> problems = new TreeMap<>(health.checks());
    problems.values().removeIf("up"::equals);
    return problems;
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
    while (!toClose.isEmpty()) {
      try {
        toClose.pop().close();
      } catch (Exception e) {
        log.warn("Closing a part failed", e);
      }
    }
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
