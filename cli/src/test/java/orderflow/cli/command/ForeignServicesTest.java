package orderflow.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import orderflow.cli.Cli;
import orderflow.cli.Cli.Result;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.event.EventCodec;
import orderflow.event.InvalidEventException;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.testing.AmqpConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * Commands on a flow of other programs: an order service without {@code GET /order/{id}}, and an
 * inventory whose dead letters have only the bytes of the message.
 */
@Timeout(60)
class ForeignServicesTest {
  private EmbeddedBroker broker;
  private Connection connection;
  private Channel channel;
  private HttpServer orders;
  private ExecutorService threads;

  /** The response to GET: a status, 0 to close the connection, -1 for no response. */
  private volatile int answer = 404;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.inMemory(0);
    new RabbitBroker(BrokerSettings.of(URI.create(broker.uri()), "test")).declareTopology();
    connection = AmqpConnection.open(broker.uri());
    channel = connection.createChannel();
    channel.basicConsume(
        "order_placed", true, (_, delivery) -> inventory(delivery.getBody()), _ -> {});
    threads = Executors.newCachedThreadPool();
    orders = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    orders.setExecutor(threads);
    orders.createContext("/", this::order);
    orders.start();
  }

  @AfterEach
  void stop() {
    orders.stop(0);
    threads.shutdownNow();
    connection.abort(3_000);
    broker.close();
  }

  private void order(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (exchange.getRequestMethod().equals("POST")) {
        respond(exchange, 202, "{\"status\":\"accepted\"}");
        publish("order_events", "order.placed", body);
      } else if (answer > 0) {
        respond(exchange, answer, "{\"detail\":\"Not Found\"}");
      } else if (answer < 0) {
        Thread.sleep(60_000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void respond(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private void inventory(byte[] body) throws IOException {
    try {
      var order = EventCodec.decodeOrderPlaced(body);
      boolean failed = order.itemId().equals("nothing");
      publish(
          "inventory_events",
          failed ? "inventory.failed" : "inventory.reserved",
          "{\"order_id\":\"%s\",\"status\":\"%s\",\"user_id\":\"%s\"}"
              .formatted(order.orderId(), failed ? "failed" : "reserved", order.userId())
              .getBytes(UTF_8));
    } catch (InvalidEventException e) {
      publish("", "order_placed_dlq", body);
    }
  }

  private synchronized void publish(String exchange, String key, byte[] body) throws IOException {
    channel.basicPublish(exchange, key, new BasicProperties(), body);
  }

  private Result run(String... arguments) {
    return new Cli()
        .with("ORDERFLOW_AMQP_URI", broker.uri())
        .with("ORDERFLOW_ORDER_URL", "http://127.0.0.1:" + orders.getAddress().getPort())
        .run(arguments);
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 405, 501, 500, 0, -1})
  void placeWaitReadsTheOutcomeFromTheBroker(int status) {
    answer = status;
    Result result = run("place", "--wait", "--timeout", "20s", "-o", "json");
    assertEquals(0, result.exit(), result.err());
    assertEquals("reserved", result.json().path("outcome").stringValue());
    assertEquals("broker", result.json().path("outcome_from").stringValue());
    assertTrue(result.err().contains("it was read from the broker"), result.err());
  }

  @Test
  void placeWaitReportsAFailedOrder() {
    Result result = run("place", "--wait", "--item", "nothing", "-o", "json");
    assertEquals("failed", result.json().path("outcome").stringValue());
  }

  @Test
  void placeWaitTimesOutWithoutAnOutcome() throws Exception {
    answer = -1;
    channel.queueUnbind("order_placed", "order_events", "order.placed");
    long start = System.nanoTime();
    Result result = run("place", "--wait", "--timeout", "1s");
    assertEquals(3, result.exit(), result.err());
    assertTrue(result.err().contains("no outcome event arrived within 1.00 s"), result.err());
    assertTrue(System.nanoTime() - start < 10e9, "bounded by the timeout");
  }

  @Test
  void placeWaitReportsThatServiceAndBrokerAreUnavailable() {
    broker.close();
    Result result = run("place", "--wait", "--timeout", "1s");
    assertEquals(3, result.exit(), result.err());
    assertTrue(
        result.err().contains("the order service has none, and no broker answers"), result.err());
  }

  @Test
  void poisonFindsADeadLetterByItsBytesAndReportsLostProperties() throws Exception {
    // another's, from before
    publish("", "order_placed_dlq", "not valid json {".getBytes(UTF_8));
    Result result = run("poison", "--kind", "all", "-o", "json");
    assertEquals(0, result.exit(), result.out() + result.err());
    for (JsonNode finding : result.json()) {
      assertEquals(1, finding.path("dead_lettered").intValue(), finding.toString());
      assertEquals("bytes", finding.path("found_by").stringValue());
      assertEquals(
          "[\"message_id\",\"headers\",\"delivery_mode\"]", finding.path("lost").toString());
    }
    Result one = run("poison");
    assertTrue(
        one.out()
            .contains(
                "reason not given, every byte kept; found by its bytes, lost: message_id, headers,"
                    + " delivery_mode"),
        one.out());
  }

  @Test
  void replayDuplicatePublishesAnOrderUnknownToTheService() {
    answer = 405;
    Result result = run("replay-duplicate", "--order-id", "dup-1", "--timeout", "5s");
    assertTrue(result.out().contains("order_id=dup-1: published 2 times"), result.err());
  }
}
