package orderflow.cli.prove.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orderflow.cli.client.ServiceAccess;
import orderflow.cli.client.ServiceName;
import orderflow.cli.client.Services;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.ServiceClients;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.scenario.Fault.AssertionResult;
import orderflow.cli.prove.scenario.Fault.AssertionResult.Status;
import orderflow.event.EventCodec;
import orderflow.event.OrderPlaced;
import orderflow.messaging.RabbitBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On an order service that answers repeated and conflicting orders in several ways. */
@Timeout(60)
class ClientRetriesTest {
  @Test
  void orderServiceOfTheContractPasses() throws Exception {
    List<AssertionResult> results = run(202, 409);

    results.forEach(result -> assertEquals(Status.OK, result.status(), result.text()));
  }

  @Test
  void acceptedConflictIsWrong() throws Exception {
    assertWrong(run(202, 202), ": another order with its id was answered 202 instead of 409");
  }

  @Test
  void refusedRepetitionIsWrong() throws Exception {
    assertWrong(run(409, 409), ": a repeated order was answered 409 instead of 202");
  }

  @Test
  void serviceThatIsDownIsNotWrong() throws Exception {
    try (var flow = new Flow(503, 503)) {
      var retries = new ClientRetries("run", new Random(1));
      run(retries, flow);

      assertTrue(retries.results(flow).getFirst().text().contains("0 repeated orders"));
      assertEquals(Status.OK, retries.results(flow).getFirst().status());
    }
  }

  private static void assertWrong(List<AssertionResult> results, String text) {
    assertEquals(Status.WRONG, results.getFirst().status(), results.toString());
    assertTrue(
        results.stream().anyMatch(result -> result.text().endsWith(text)), results.toString());
  }

  private static List<AssertionResult> run(int repeated, int conflict) throws Exception {
    try (var flow = new Flow(repeated, conflict)) {
      var retries = new ClientRetries("run", new Random(1));
      run(retries, flow);
      return retries.results(flow);
    }
  }

  private static void run(ClientRetries retries, Flow flow) throws InterruptedException {
    retries.inject(flow);
    Thread.sleep(500);
    retries.heal(flow);
  }

  /** Stores the first order of each id, and shows it as reserved. */
  private static final class Flow implements TestEnvironment {
    private final Map<String, OrderPlaced> orders = new ConcurrentHashMap<>();
    private final HttpServer server;
    private final ServiceClients clients;

    Flow(int repeated, int conflict) throws Exception {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              byte[] request = exchange.getRequestBody().readAllBytes();
              byte[] answer = answer(exchange.getRequestURI().getPath()).getBytes(UTF_8);
              int status = 200;
              if (exchange.getRequestMethod().equals("POST")) {
                OrderPlaced order = EventCodec.decodeOrderPlaced(request);
                OrderPlaced known = orders.putIfAbsent(order.orderId(), order);
                status = known == null ? 202 : known.equals(order) ? repeated : conflict;
              }
              exchange.sendResponseHeaders(status, answer.length);
              exchange.getResponseBody().write(answer);
            }
          });
      server.start();
      URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
      Map<ServiceName, URI> urls =
          Stream.of(ServiceName.values()).collect(Collectors.toMap(name -> name, _ -> base));
      clients = new ServiceClients(new Services(urls, ServiceAccess.OPEN));
    }

    private String answer(String path) {
      if (path.startsWith("/order/")) {
        OrderPlaced order = orders.get(path.substring("/order/".length()));
        return order == null ? "{}" : new String(EventCodec.encode(order), UTF_8);
      }
      return path.equals("/reservations")
          ? orders.values().stream()
              .sorted((one, other) -> one.orderId().compareTo(other.orderId()))
              .map(order ->
                  "{\"order_id\":\"%s\",\"status\":\"reserved\",\"qty\":%d}"
                      .formatted(order.orderId(), order.qty()))
              .collect(Collectors.joining(",", "{\"reservations\":[", "],\"next\":null}"))
          : "{}";
    }

    @Override
    public String description() {
      return "for a test";
    }

    @Override
    public RabbitBroker broker() {
      throw new UnsupportedOperationException();
    }

    @Override
    public ServiceClients services() {
      return clients;
    }

    @Override
    public Optional<String> unsupported(EnvironmentFault fault) {
      return Optional.empty();
    }

    @Override
    public void inject(EnvironmentFault fault) {}

    @Override
    public void heal(EnvironmentFault fault) {}

    @Override
    public void close() {
      clients.close();
      server.stop(0);
    }
  }
}
