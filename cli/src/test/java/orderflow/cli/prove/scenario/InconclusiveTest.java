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
import java.time.Duration;
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
import orderflow.cli.prove.scenario.ScenarioSpec.Step;
import orderflow.messaging.RabbitBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A run in which next to nothing happened proves nothing, though no order was lost in it. */
@Timeout(60)
class InconclusiveTest {
  private static final EnvironmentFault INVENTORY_STOPPED =
      new EnvironmentFault.Stopped(ServiceName.INVENTORY);

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
  void tooFewAcceptedOrdersAreInconclusive() throws Exception {
    try (var refusing = new RefusingFront(real.orders().base())) {
      ScenarioResult verdict =
          play(new Flow(refusing.client(), true), script("few", Duration.ofSeconds(1)));

      assertInconclusive(verdict, " sent; HTTP 503)");
    }
  }

  @Test
  void aFaultThatHitNothingIsInconclusive() throws Exception {
    ScenarioResult verdict =
        play(
            new Flow(real.orders(), false),
            script(
                "unfelt",
                Duration.ofSeconds(2),
                new Step(
                    Duration.ofMillis(500),
                    Duration.ofMillis(1_000),
                    new InjectedFault(INVENTORY_STOPPED))));

    assertInconclusive(verdict, "inventory stopped: the inventory service ");
  }

  @Test
  void aFaultThatWasFeltAndOrdersThatWereAcceptedPass() throws Exception {
    ScenarioResult verdict =
        play(
            new Flow(real.orders(), true),
            script(
                "felt",
                Duration.ofSeconds(3),
                new Step(
                    Duration.ofMillis(500),
                    Duration.ofMillis(1_500),
                    new InjectedFault(INVENTORY_STOPPED))));

    assertEquals("PASS", verdict.verdict().name(), verdict::toString);
  }

  @Test
  void aFrozenDiskThatHitNothingIsInconclusiveSoon() throws Exception {
    ScenarioResult verdict =
        play(
            new Flow(real.orders(), false),
            script(
                "frozen",
                Duration.ofSeconds(1),
                new Step(
                    Duration.ofMillis(200),
                    Duration.ofMillis(500),
                    new InjectedFault(new EnvironmentFault.StoreFrozen(ServiceName.ORDER)))));

    assertInconclusive(
        verdict, "order's disk frozen: the order service did not say that it is stuck");
    assertInconclusive(verdict, "order's disk frozen: no order was refused");
  }

  private static ScenarioSpec script(String name, Duration length, Step... acts) {
    return new ScenarioSpec(name, "for a test", Rate.perSecond(100), length, 0, 0, List.of(acts));
  }

  private static ScenarioResult play(TestEnvironment stage, ScenarioSpec script)
      throws InterruptedException {
    return new Scenario(script, "t" + System.nanoTime()).run(stage, new SilentListener());
  }

  private static void assertInconclusive(ScenarioResult verdict, String missing) {
    assertEquals("INCONCLUSIVE", verdict.verdict().name(), verdict::toString);
    assertTrue(verdict.missing().toString().contains(missing), verdict::toString);
  }

  /** An order service of which only every tenth request gets through to the real one. */
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

  /** The real flow, with another way to its order service, and with faults that hit or miss. */
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
