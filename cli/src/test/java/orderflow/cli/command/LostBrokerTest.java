package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import orderflow.cli.Cli;
import orderflow.cli.Cli.Result;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.RabbitBroker;
import orderflow.testing.Await;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A command that loses the broker after publishing reports the published messages. */
@Timeout(60)
class LostBrokerTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @ParameterizedTest
  @CsvSource({"poison --kind empty,1", "poison --kind all,10", "replay-duplicate --copies 3,3"})
  void lostBrokerReportsThePublishedMessages(String command, int messages) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory(0);
        var proxy = new FaultyBrokerProxy(broker.uri())) {
      var direct = new RabbitBroker(BrokerSettings.of(URI.create(broker.uri()), "test"));
      direct.declareTopology();
      CompletableFuture<Result> running =
          CompletableFuture.supplyAsync(() ->
              new Cli()
                  .with("ORDERFLOW_AMQP_URI", proxy.uri())
                  .with("ORDERFLOW_INVENTORY_URL", "http://127.0.0.1:1")
                  .run((command + " --timeout 30s").split(" ")));
      try (QueueBrowser browser = direct.openBrowser()) {
        Await.until(
            "all are published", LIMIT, () -> browser.depth("order_placed").orElse(0) == messages);
      }
      proxy.cut();
      Result result = running.get(LIMIT.toSeconds(), TimeUnit.SECONDS);

      assertEquals(3, result.exit(), result.out() + result.err());
      assertTrue(
          result.err().matches("(?s).*of " + messages + " messages were published and confirmed.*"),
          result.err());
    }
  }
}
