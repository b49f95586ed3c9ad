package orderflow.cli.prove.scenario;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import orderflow.cli.client.ServiceName;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.load.OrderIds;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.cli.view.Text;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Notifications go to a webhook that fails in several ways in turn, and recovers. Each user whose
 * order was reserved must be told; more than once only by attempts that failed, or at a kill.
 */
final class WebhookOutage implements Fault {
  /** The notification service sends so many at a time, and a kill repeats them. */
  private static final int SENT_AT_A_TIME = 16;

  private static final int OK = 200;

  /** Long enough for a kill to come while notifications are on their way. */
  private static final Duration RESPONSE_TIME = Duration.ofMillis(50);

  private static final int MOST_LISTED = 5;

  private final OrderIds ids;
  private final int kills;
  private final Map<String, Receipts> receipts = new HashMap<>();
  private final Map<Phase, AtomicInteger> answered = new EnumMap<>(Phase.class);
  private final List<String> wrong = new ArrayList<>();
  private volatile Phase phase = Phase.WORKS;
  private @Nullable HistoryWriter history;
  private @Nullable HttpServer server;
  private @Nullable ExecutorService threads;
  private @Nullable EnvironmentFault configured;

  /** How the receiver behaves. */
  enum Phase {
    WORKS(OK),
    FAILS(500),
    REFUSES_LOGIN(401),
    /** It takes the request, and does not answer. */
    HANGS(0);

    private final int status;

    Phase(int status) {
      this.status = status;
    }
  }

  /** Of one order: how often it was told, and how often that was confirmed. */
  private static final class Receipts {
    private final String first;
    private int confirmed;

    Receipts(String first) {
      this.first = first;
    }
  }

  /**
   * @param ids of the orders of its scenario
   * @param kills how often notification is killed meanwhile
   */
  WebhookOutage(OrderIds ids, int kills) {
    this.ids = ids;
    this.kills = kills;
    for (Phase each : Phase.values()) {
      answered.put(each, new AtomicInteger());
    }
  }

  @Override
  public String description() {
    return "webhook";
  }

  @Override
  public Optional<String> unsupported(TestEnvironment environment) {
    return environment.unsupported(configured("http://127.0.0.1"));
  }

  private static EnvironmentFault configured(String url) {
    return new EnvironmentFault.Configured(
        ServiceName.NOTIFICATION,
        "notifications go to a webhook",
        Map.of("ORDERFLOW_NOTIFIER", "webhook", "ORDERFLOW_WEBHOOK_URL", url));
  }

  @Override
  public void useHistory(HistoryWriter writer) {
    history = writer;
  }

  @Override
  public void setUp(TestEnvironment environment) throws InterruptedException {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new CliException(ExitCode.INTERNAL, "no webhook: " + e.getMessage(), e);
    }
    threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    server.createContext("/", this::receive);
    server.start();
    configured = configured("http://127.0.0.1:" + server.getAddress().getPort() + "/notify");
    environment.inject(configured);
  }

  /** A step of its scenario in which the receiver behaves so. */
  Fault during(Phase behaviour) {
    return new Fault() {
      @Override
      public String description() {
        return switch (behaviour) {
          case WORKS -> "webhook works";
          case FAILS -> "webhook answers 500";
          case REFUSES_LOGIN -> "webhook answers 401";
          case HANGS -> "webhook does not answer";
        };
      }

      @Override
      public void inject(TestEnvironment environment) {
        phase = behaviour;
      }

      @Override
      public void heal(TestEnvironment environment) {
        phase = Phase.WORKS;
      }

      @Override
      public String requiredEffect() {
        return description() + ": it gets a notification";
      }

      @Override
      public Optional<String> missingEffect(FaultWindow window) {
        return count(behaviour) > 0
            ? Optional.empty()
            : Optional.of(description() + ": it got no notification");
      }
    };
  }

  private int count(Phase behaviour) {
    AtomicInteger count = answered.get(behaviour);
    return count == null ? 0 : count.get();
  }

  private void receive(HttpExchange exchange) throws IOException {
    Phase now = phase;
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    HistoryWriter writer = history;
    Optional<JsonNode> json = json(body);
    String orderId = json.map(node -> node.path("order_id").stringValue("")).orElse("");
    if (writer != null && now == Phase.WORKS) {
      String messageId = json.map(node -> node.path("message_id").stringValue("")).orElse("");
      writer.offer(new HistoryRecord.Receipt(writer.now(), "webhook", orderId, messageId, body));
    }
    record(orderId, body, now);
    if (now == Phase.HANGS) {
      return; // the client gives up
    }
    try (exchange) {
      Thread.sleep(RESPONSE_TIME);
      exchange.sendResponseHeaders(now.status, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Optional<JsonNode> json(String body) {
    try {
      return Optional.of(JsonMapper.shared().readTree(body));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  private synchronized void record(String orderId, String body, Phase now) {
    Receipts all = receipts.computeIfAbsent(orderId, _ -> new Receipts(body));
    if (!all.first.equals(body)) {
      wrong.add("%s: told %s, and then %s".formatted(orderId, all.first, body));
    }
    if (now == Phase.WORKS) {
      all.confirmed++;
    }
    AtomicInteger count = answered.get(now);
    if (count != null) {
      count.incrementAndGet();
    }
  }

  @Override
  public void inject(TestEnvironment environment) {}

  @Override
  public void heal(TestEnvironment environment) {}

  @Override
  public String requiredEffect() {
    return description() + ": it gets notifications";
  }

  @Override
  public Optional<String> missingEffect(FaultWindow window) {
    return count(Phase.WORKS) > 0
        ? Optional.empty()
        : Optional.of(description() + ": it got no notification");
  }

  @Override
  public List<AssertionResult> results(TestEnvironment environment) throws InterruptedException {
    List<String> reserved = new ArrayList<>();
    environment
        .inventory()
        .eachReservation(
            ids.prefix(),
            "",
            row -> {
              if (row.status().equals("reserved")) {
                reserved.add(row.orderId());
              }
            });
    return results(reserved);
  }

  private synchronized List<AssertionResult> results(List<String> reserved) {
    List<String> problems = new ArrayList<>(wrong);
    long repeated = 0;
    for (String order : reserved) {
      Receipts all = receipts.get(order);
      int confirmed = all == null ? 0 : all.confirmed;
      if (confirmed == 0) {
        problems.add("%s: reserved, and its user was not told".formatted(order));
      }
      repeated += Math.max(0, confirmed - 1);
    }
    if (repeated > (long) kills * SENT_AT_A_TIME) {
      problems.add(
          "%s notifications were confirmed and sent again; %d kills explain %d"
              .formatted(Text.grouped(repeated), kills, kills * SENT_AT_A_TIME));
    }
    List<AssertionResult> results = new ArrayList<>();
    results.add(
        AssertionResult.of(
            "webhook: %s users told, %s confirmed notifications repeated; answered 500 %d times,"
                    .formatted(
                        Text.grouped(reserved.size()), Text.grouped(repeated), count(Phase.FAILS))
                + " 401 %d times, not %d times"
                    .formatted(count(Phase.REFUSES_LOGIN), count(Phase.HANGS)),
            problems.isEmpty()));
    problems.stream().limit(MOST_LISTED).map(AssertionResult::wrong).forEach(results::add);
    return results;
  }

  @Override
  public void tearDown(TestEnvironment environment) throws InterruptedException {
    if (configured != null) {
      environment.heal(configured);
    }
    if (server != null) {
      server.stop(0);
    }
    if (threads != null) {
      threads.shutdownNow();
    }
  }
}
