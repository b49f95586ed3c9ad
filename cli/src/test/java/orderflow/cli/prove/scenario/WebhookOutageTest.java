package orderflow.cli.prove.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import orderflow.cli.load.OrderIds;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.ServiceClients;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.scenario.Fault.AssertionResult;
import orderflow.cli.prove.scenario.Fault.AssertionResult.Status;
import orderflow.cli.prove.scenario.WebhookOutage.Phase;
import orderflow.messaging.RabbitBroker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The receiver, with notifications that a test sends. */
@Timeout(60)
class WebhookOutageTest {
  private static final OrderIds IDS = new OrderIds("run-webhook");

  private final HttpClient http = HttpClient.newHttpClient();
  private final WebhookOutage webhook = new WebhookOutage(IDS, 0);
  private Flow flow;

  @BeforeEach
  void start() throws Exception {
    flow =
        new Flow(
            new FaultyServices("amqp://127.0.0.1:1")
                .answer(
                    "/reservations",
                    ("{'reservations':[{'order_id':'%s','status':'reserved','qty':1},"
                            + "{'order_id':'%s','status':'failed','qty':1}],'next':null}")
                        .formatted(IDS.id(0), IDS.id(1))));
    webhook.setUp(flow);
  }

  @AfterEach
  void stop() throws Exception {
    webhook.tearDown(flow);
    flow.close();
    http.close();
  }

  private int send(int order, String user) throws Exception {
    String body =
        "{\"message_id\":\"m\",\"order_id\":\"%s\",\"user_id\":\"%s\"}"
            .formatted(IDS.id(order), user);
    return http.send(
            HttpRequest.newBuilder(flow.url).POST(BodyPublishers.ofString(body)).build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  private void assertWrong(String text) throws Exception {
    List<AssertionResult> results = webhook.results(flow);
    assertEquals(Status.WRONG, results.getFirst().status(), results.toString());
    assertTrue(results.toString().contains(text), results.toString());
  }

  @Test
  void retryAfterAFailureIsRight() throws Exception {
    Fault fails = webhook.during(Phase.FAILS);
    fails.inject(flow);
    assertEquals(500, send(0, "u1"));
    fails.heal(flow);
    Fault refuses = webhook.during(Phase.REFUSES_LOGIN);
    refuses.inject(flow);
    assertEquals(401, send(0, "u1"));
    refuses.heal(flow);
    assertEquals(200, send(0, "u1"));

    List<AssertionResult> results = webhook.results(flow);
    assertEquals(Status.OK, results.getFirst().status(), results.toString());
  }

  @Test
  void reservedOrderWithoutConfirmedNotificationIsWrong() throws Exception {
    Fault fails = webhook.during(Phase.FAILS);
    fails.inject(flow);
    send(0, "u1");

    assertWrong(IDS.id(0) + ": reserved, and its user was not told");
  }

  @Test
  void confirmedNotificationThatComesAgainIsWrongWithoutAKill() throws Exception {
    send(0, "u1");
    send(0, "u1");

    assertWrong("1 notifications were confirmed and sent again; 0 kills explain 0");
  }

  @Test
  void otherContentIsWrong() throws Exception {
    Fault fails = webhook.during(Phase.FAILS);
    fails.inject(flow);
    send(0, "u1");
    fails.heal(flow);
    send(0, "u2");

    assertWrong("u2");
  }

  /** Keeps the address that notification is configured with. */
  private static final class Flow implements TestEnvironment {
    private final FaultyServices services;
    private URI url = URI.create("http://127.0.0.1");

    Flow(FaultyServices services) {
      this.services = services;
    }

    @Override
    public String description() {
      return "for a test";
    }

    @Override
    public RabbitBroker broker() {
      return services.broker();
    }

    @Override
    public ServiceClients services() {
      return services.services();
    }

    @Override
    public Optional<String> unsupported(EnvironmentFault fault) {
      return Optional.empty();
    }

    @Override
    public void inject(EnvironmentFault fault) {
      var configured = (EnvironmentFault.Configured) fault;
      url = URI.create(configured.variables().getOrDefault("ORDERFLOW_WEBHOOK_URL", ""));
    }

    @Override
    public void heal(EnvironmentFault fault) {}

    @Override
    public void close() {
      services.close();
    }
  }
}
