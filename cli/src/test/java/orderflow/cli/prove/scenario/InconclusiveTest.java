package orderflow.cli.prove.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import orderflow.cli.Cli;
import orderflow.cli.client.OrderClient;
import orderflow.cli.client.ServiceAccess;
import orderflow.cli.client.ServiceName;
import orderflow.cli.load.Rate;
import orderflow.cli.prove.environment.EmbeddedEnvironment;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.ServiceClients;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.cli.prove.scenario.ScenarioSpec.Step;
import orderflow.messaging.RabbitBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run without an effect of its fault is inconclusive; one that refuses orders fails. */
@Timeout(60)
class InconclusiveTest {
  private static final EnvironmentFault INVENTORY_STOPPED =
      new EnvironmentFault.Stopped(ServiceName.INVENTORY);

  @TempDir private static Path folder;
  private static EmbeddedEnvironment real;

  @BeforeAll
  static void start() throws InterruptedException {
    real = EmbeddedEnvironment.start(Cli.plainContext());
  }

  @AfterAll
  static void stop() {
    real.close();
  }

  @Test
  void serviceThatRefusesNineOfTenOrdersFails() throws Exception {
    try (var refusing = new RefusingFront(real.orders().base())) {
      ScenarioResult result =
          run(new Flow(refusing.client(), true), spec("few", Duration.ofSeconds(1)));

      assertEquals("FAIL", result.verdict().name(), result::toString);
      assertTrue(
          result.findings().getFirst().line().startsWith("availability: "), result::toString);
      assertTrue(result.findings().getFirst().text().contains("HTTP 503"), result::toString);
    }
  }

  @Test
  void faultWithoutEffectIsInconclusive() throws Exception {
    ScenarioResult result =
        run(
            new Flow(real.orders(), false),
            spec(
                "unfelt",
                Duration.ofSeconds(2),
                new Step(
                    Duration.ofMillis(500),
                    Duration.ofMillis(1_000),
                    new InjectedFault(INVENTORY_STOPPED))));

    assertInconclusive(result, "inventory stopped: the inventory service ");
  }

  @Test
  void faultWithEffectAndAcceptedOrdersPass() throws Exception {
    ScenarioResult result =
        run(
            new Flow(real.orders(), true),
            spec(
                "felt",
                Duration.ofSeconds(3),
                new Step(
                    Duration.ofMillis(500),
                    Duration.ofMillis(1_500),
                    new InjectedFault(INVENTORY_STOPPED))));

    assertEquals("PASS", result.verdict().name(), result::toString);
  }

  @Test
  void frozenDiskWithoutEffectIsInconclusiveSoon() throws Exception {
    ScenarioResult result =
        run(
            new Flow(real.orders(), false),
            spec(
                "frozen",
                Duration.ofSeconds(1),
                new Step(
                    Duration.ofMillis(200),
                    Duration.ofMillis(500),
                    new InjectedFault(new EnvironmentFault.StoreFrozen(ServiceName.ORDER)))));

    assertInconclusive(
        result, "order's disk frozen: the order service did not report that it is stuck");
    assertInconclusive(result, "order's disk frozen: no order was refused");
  }

  private static ScenarioSpec spec(String name, Duration length, Step... steps) {
    return new ScenarioSpec(
        name,
        "for a test",
        Rate.perSecond(100),
        length,
        0,
        0,
        ScenarioSpec.Bounds.DEFAULT,
        List.of(steps));
  }

  private static ScenarioResult run(TestEnvironment environment, ScenarioSpec spec)
      throws InterruptedException {
    try (HistoryWriter history =
        HistoryWriter.open(folder.resolve(spec.name() + ".ndjson"), Instant.now())) {
      return new Scenario(spec, "t" + System.nanoTime())
          .run(environment, new SilentListener(), history);
    }
  }

  private static void assertInconclusive(ScenarioResult result, String missing) {
    assertEquals("INCONCLUSIVE", result.verdict().name(), result::toString);
    assertTrue(result.missing().toString().contains(missing), result::toString);
  }

  /** Forwards every tenth request to the order service, and refuses the others. */
  private static final class RefusingFront implements AutoCloseable {
    private final HttpServer server;
    private final HttpClient http = HttpClient.newHttpClient();
    private final OrderClient client;

    RefusingFront(URI real) throws Exception {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
      var count = new AtomicInteger();
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              byte[] body = exchange.getRequestBody().readAllBytes();
              boolean isPost = exchange.getRequestMethod().equals("POST");
              if (isPost && count.getAndIncrement() % 10 != 0) {
                exchange.sendResponseHeaders(503, -1);
                return;
              }
              var request =
                  HttpRequest.newBuilder(real.resolve(exchange.getRequestURI()))
                      .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body))
                      .header("Content-Type", "application/json");
              var answer = http.send(request.build(), BodyHandlers.ofByteArray());
              exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
              exchange.getResponseBody().write(answer.body());
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      server.start();
      client =
          new OrderClient(
              URI.create("http://127.0.0.1:" + server.getAddress().getPort()), ServiceAccess.OPEN);
    }

    OrderClient client() {
      return client;
    }

    @Override
    public void close() {
      client.close();
      server.stop(0);
      http.shutdownNow();
    }
  }

  /** The real flow with another order client, and faults with or without effect. */
  private record Flow(OrderClient orders, boolean hits) implements TestEnvironment {
    @Override
    public String description() {
      return real.description();
    }

    @Override
    public RabbitBroker broker() {
      return real.broker();
    }

    @Override
    public ServiceClients services() {
      return real.services();
    }

    @Override
    public Optional<String> unsupported(EnvironmentFault fault) {
      return Optional.empty();
    }

    @Override
    public void inject(EnvironmentFault fault) {
      if (hits) {
        real.inject(fault);
      }
    }

    @Override
    public void heal(EnvironmentFault fault) throws InterruptedException {
      if (hits) {
        real.heal(fault);
      }
    }

    @Override
    public void close() {}
  }
}
