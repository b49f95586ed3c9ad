package orderflow.cli.operate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import orderflow.cli.client.HealthClient;
import orderflow.cli.client.ServiceAccess;
import orderflow.cli.client.ServiceName;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.testing.Await;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Samples a real broker, and services that hang or are down. */
class BackgroundSamplerTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @SuppressWarnings("NullAway.Init") // before each test
  private EmbeddedBroker broker;

  @SuppressWarnings("NullAway.Init") // before each test
  private ServerSocket silent;

  @BeforeEach
  void start() throws IOException {
    broker = EmbeddedBroker.inMemory(0);
    silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress()); // accepts no connection
    new RabbitBroker(BrokerSettings.of(URI.create(broker.uri()), "test")).declareTopology();
  }

  @AfterEach
  void stop() throws IOException {
    silent.close();
    broker.close();
  }

  private FlowSampler sampler(int servicePort) {
    var base = URI.create("http://127.0.0.1:" + servicePort);
    return new FlowSampler(
        new RabbitBroker(BrokerSettings.of(URI.create(broker.uri()), "test")),
        List.of(new HealthClient(ServiceName.ORDER, base, ServiceAccess.of(null, null))),
        Clock.systemUTC());
  }

  @Test
  void hangingServiceDoesNotDelayTheScreen() throws Exception {
    var sampler = new BackgroundSampler(sampler(silent.getLocalPort()), Duration.ofMillis(100));
    try (sampler) {
      assertNull(sampler.next(), "next() does not wait");
      BackgroundSampler.Sample sample = await(sampler);

      assertTrue(sample.snapshot().hasBroker());
      assertEquals("does not answer within 5 s", sample.snapshot().services().getFirst().state());
    }
    var again = new BackgroundSampler(sampler(silent.getLocalPort()), Duration.ofMillis(100));
    assertTimeout(Duration.ofSeconds(4), again::close);
  }

  @Test
  void samplesRepeatedlyAndReadsDeadLettersOnRequest() throws Exception {
    try (var sampler = new BackgroundSampler(sampler(1), Duration.ofMillis(10))) {
      BackgroundSampler.Sample first = await(sampler);
      assertEquals(List.of(), first.deadLetters());
      assertNotSame(first.snapshot(), await(sampler).snapshot());

      sampler.showDeadLetters(true);
      BackgroundSampler.Sample[] seen = {first};
      Await.until(
          "dead letters",
          LIMIT,
          () -> {
            BackgroundSampler.Sample next = sampler.next();
            seen[0] = next == null ? seen[0] : next;
            return !seen[0].deadLetters().isEmpty();
          });
      assertEquals("order_placed_dlq: empty", seen[0].deadLetters().getFirst());
    }
  }

  private static BackgroundSampler.Sample await(BackgroundSampler sampler) throws Exception {
    var seen = new AtomicReference<BackgroundSampler.@Nullable Sample>();
    Await.until(
        "a sample",
        LIMIT,
        () -> {
          seen.set(sampler.next());
          return seen.get() != null;
        });
    return Objects.requireNonNull(seen.get());
  }
}
