package orderflow.cli.operate;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orderflow.cli.client.HealthClient;
import orderflow.cli.client.HealthClient.Metrics;
import orderflow.cli.client.ServiceName;
import orderflow.cli.deadletter.BrowseSafety;
import orderflow.cli.deadletter.CauseGroups;
import orderflow.cli.deadletter.DeadLetterInfo;
import orderflow.cli.operate.FlowSnapshot.Queue;
import orderflow.cli.operate.FlowSnapshot.Service;
import orderflow.cli.view.Text;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology;
import org.jspecify.annotations.Nullable;

/** Takes snapshots of the flow; reconnects to the broker. Used by one thread. */
public final class FlowSampler implements AutoCloseable {
  private static final Duration BROWSE_LIMIT = Duration.ofSeconds(2);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
  private static final int REASON = 12;
  private static final Map<ServiceName, String> CONSUMED =
      Map.of(
          ServiceName.ORDER, Topology.ORDER_OUTCOME,
          ServiceName.INVENTORY, Topology.ORDER_PLACED,
          ServiceName.NOTIFICATION, Topology.INVENTORY_RESERVED);

  private final RabbitBroker broker;
  private final Clock clock;
  private final List<HealthClient> services;
  private @Nullable QueueBrowser browser;

  public FlowSampler(RabbitBroker broker, List<HealthClient> services, Clock clock) {
    this.broker = broker;
    this.clock = clock;
    this.services = List.copyOf(services);
  }

  public FlowSnapshot take() throws InterruptedException {
    List<Service> answers = queryAll();
    List<Queue> queues = new ArrayList<>();
    String version;
    try {
      QueueBrowser open = connected();
      version = open.brokerVersion() + " at " + broker.address();
      Stream.concat(
              Topology.QUEUES.stream(), Topology.QUEUES.stream().map(Topology::deadLetterQueue))
          .forEach(name -> queues.add(queue(open, name)));
    } catch (MessagingException e) {
      version = e.detail();
      queues.clear();
      disconnect();
    }
    return new FlowSnapshot(clock.instant(), System.nanoTime(), version, queues, answers);
  }

  private static Queue queue(QueueBrowser open, String name) {
    return open.state(name)
        .map(state -> new Queue(name, state.ready(), state.consumers()))
        .orElseGet(() -> new Queue(name, -1, 0));
  }

  /** In parallel, so that one that hangs does not delay the others. */
  private List<Service> queryAll() throws InterruptedException {
    List<Callable<Service>> queries =
        services.stream().map(service -> (Callable<Service>) () -> query(service)).toList();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Service>> answers =
          executor.invokeAll(queries, ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      List<Service> found = new ArrayList<>();
      for (int i = 0; i < answers.size(); i++) {
        Future<Service> answer = answers.get(i);
        found.add(
            switch (answer.state()) {
              case SUCCESS -> answer.resultNow();
              case FAILED -> throw new IllegalStateException(answer.exceptionNow());
              case CANCELLED, RUNNING ->
                  service(
                      services.get(i),
                      false,
                      "does not answer within " + ANSWER_LIMIT.toSeconds() + " s",
                      Map.of());
            });
      }
      return found;
    }
  }

  private static Service query(HealthClient service) throws InterruptedException {
    var readiness = service.readiness();
    Optional<Metrics> figures =
        readiness.reachable() ? Optional.of(service.metrics()) : Optional.empty();
    Optional<String> stranger = figures.flatMap(Metrics::wrongService);
    if (stranger.isPresent()) {
      return service(
          service, false, HealthClient.shorten(service.name(), stranger.get()), Map.of());
    }
    Optional<String> refusal = figures.flatMap(Metrics::error);
    String state =
        !readiness.reachable()
            ? HealthClient.shorten(service.name(), readiness.problem())
            : readiness.ready()
                ? Service.READY
                : readiness.checks().entrySet().stream()
                    .filter(check -> !check.getValue().equals("up"))
                    .map(check -> check.getKey() + ": " + check.getValue())
                    .collect(Collectors.joining("; "));
    return service(
        service,
        readiness.ready(),
        state
            + refusal
                .map(why -> ", but it " + HealthClient.shorten(service.name(), why))
                .orElse(""),
        figures.map(Metrics::values).orElse(Map.of()));
  }

  private static Service service(
      HealthClient service, boolean ready, String state, Map<String, Double> metrics) {
    return new Service(
        service.name().toString(),
        Objects.requireNonNull(CONSUMED.get(service.name())),
        ready,
        state,
        metrics);
  }

  /** One line per queue and reason; skips queues where browsing is not safe. */
  public List<String> deadLetters() throws InterruptedException {
    List<String> lines = new ArrayList<>();
    try {
      QueueBrowser open = connected();
      for (String source : Topology.QUEUES) {
        String queue = Topology.deadLetterQueue(source);
        if (open.depth(queue).orElse(0) == 0) {
          lines.add(queue + ": empty");
          continue;
        }
        BrowseSafety safety = BrowseSafety.of(open, queue);
        if (safety.level() != BrowseSafety.Level.NONE) {
          lines.add(queue + ": not read, " + safety.note());
          continue;
        }
        var groups = new CauseGroups();
        int[] position = {0};
        open.visit(
            queue,
            BROWSE_LIMIT,
            message -> {
              groups.add(DeadLetterInfo.of(++position[0], message));
              return true;
            });
        lines.add(queue + ":");
        groups
            .rows()
            .forEach(row ->
                lines.add(
                    "%7s  %s %s" // the count comes first, because long lines are cut
                        .formatted(
                            row.get("count"),
                            Text.padded(Text.printable(String.valueOf(row.get("reason"))), REASON),
                            row.get("example") == null ? "" : row.get("example"))));
      }
    } catch (MessagingException e) {
      lines.add(e.detail());
      disconnect();
    }
    return lines;
  }

  private QueueBrowser connected() {
    QueueBrowser open = browser == null ? broker.openBrowser() : browser;
    browser = open;
    return open;
  }

  private void disconnect() {
    if (browser != null) {
      browser.close();
      browser = null;
    }
  }

  @Override
  public void close() {
    disconnect();
    services.forEach(HealthClient::close);
  }
}
