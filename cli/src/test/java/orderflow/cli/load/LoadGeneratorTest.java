package orderflow.cli.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import orderflow.cli.Cli;
import orderflow.cli.client.OrderClient.PlaceStatus;
import orderflow.cli.io.CliContext;
import orderflow.cli.view.Progress;
import orderflow.event.InvalidEventException;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class LoadGeneratorTest {
  private static final Duration LONG = Duration.ofHours(1);

  @Test
  void orderIdsAreUniquePerRunAndAscending() {
    var source = new OrderSource(new OrderIds("run"), "widget", 2, 3);
    Set<String> ids = new HashSet<>();
    String last = "";
    for (long n = 0; n < 1_000; n++) {
      String id = source.order(n).orderId();
      assertTrue(ids.add(id), id);
      assertTrue(id.startsWith("run-") && id.compareTo(last) > 0, id);
      assertEquals(source.ids().id(n), id);
      assertEquals(n, source.ids().numberOf(id));
      last = id;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "run",
        "run-",
        "run-1",
        "run-0000001",
        "run-000000001",
        "run-0000000x",
        "run-+0000001",
        "ruN-00000001",
        "run_00000001",
        "run-more-00000001",
        "run-10000000",
        "run-99999999"
      })
  void idOfAnotherRunHasNoNumber(String id) {
    assertEquals(-1, new OrderIds("run").numberOf(id));
  }

  @Test
  void usersTakeTurns() {
    var source = new OrderSource(new OrderIds("run"), "widget", 2, 3);

    assertEquals("u1", source.order(0).userId());
    assertEquals("u3", source.order(2).userId());
    assertEquals("u1", source.order(3).userId());
    assertEquals("widget", source.order(3).itemId());
    assertEquals(2, source.order(3).qty());
  }

  @Test
  void invalidOrderFailsOnTheFirst() {
    assertThrows(
        InvalidEventException.class,
        () -> new OrderSource(new OrderIds("two words"), "widget", 1, 1).order(0));
    assertThrows(
        InvalidEventException.class,
        () -> new OrderSource(new OrderIds("run"), "widget", 0, 1).order(0));
  }

  @Test
  void pacerEndsAfterTheCount() throws InterruptedException {
    var pacer = new Pacer(new LoadPlan(Rate.MAX, 3, LONG, 1));
    pacer.start();

    for (int n = 0; n < 3; n++) {
      assertTrue(pacer.awaitNext());
      assertEquals(n, pacer.number());
    }
    assertFalse(pacer.awaitNext());
    assertFalse(pacer.awaitNext());
  }

  /** A slow machine may send fewer, never more, and each one on schedule. */
  @Test
  void pacerSendsAllDueOrdersWithinTheDuration() throws InterruptedException {
    var pacer =
        new Pacer(new LoadPlan(Rate.perSecond(1_000), Long.MAX_VALUE, Duration.ofMillis(500), 1));
    long before = System.nanoTime();
    pacer.start();
    long sent = 0;
    long first = 0;
    long last = 0;
    while (pacer.awaitNext()) {
      last = pacer.intendedNanos();
      first = sent++ == 0 ? last : first;
      assertTrue(System.nanoTime() - last >= 0, "sent before it was due");
    }

    assertTrue(sent > 0 && sent <= 500, "sent " + sent);
    assertEquals((sent - 1) * 1e6, (double) (last - first), 1_000);
    assertTrue(first - before >= 0);
  }

  @Test
  void firstOrderIsDueImmediatelyAtAnyRate() throws InterruptedException {
    var pacer = new Pacer(new LoadPlan(Rate.perSecond(0.01), Long.MAX_VALUE, LONG, 1));
    pacer.start();

    assertTrue(pacer.awaitNext());
    assertEquals(0, pacer.number());
  }

  @Test
  void stopWakesThePacer() throws InterruptedException {
    var pacer = new Pacer(new LoadPlan(Rate.perSecond(0.01), Long.MAX_VALUE, LONG, 1));
    pacer.start();
    assertTrue(pacer.awaitNext());
    Thread.ofVirtual().start(pacer::stop);

    assertFalse(pacer.awaitNext());
    assertTrue(pacer.isStopped());
  }

  @Test
  void statsCountEachStatusOnce() {
    var stats = new LoadStats();
    for (PlaceStatus status : PlaceStatus.values()) {
      stats.sent();
      stats.answered(status, 1_000_000);
    }
    stats.sent();
    stats.answered(PlaceStatus.ACCEPTED, 1_000_000);

    assertEquals(5, stats.sentCount());
    assertEquals(2, stats.acceptedCount());
    assertEquals(2, stats.rejectedCount(), "refused, and not now: an answer either way");
    assertEquals(1, stats.errorCount());
  }

  @Test
  void latencyIsExactToATenthOfAPercent() {
    var stats = new LoadStats();
    for (int millis = 1; millis <= 1_000; millis++) {
      stats.answered(PlaceStatus.ACCEPTED, millis * 1_000_000L);
    }

    assertEquals(500, stats.latencyMillis(50), 0.6);
    assertEquals(990, stats.latencyMillis(99), 1.1);
    assertEquals(1_000, stats.maxLatencyMillis(), 1.1);
  }

  @Test
  void latencyBeyondTheScaleIsClamped() {
    var stats = new LoadStats();
    stats.answered(PlaceStatus.UNKNOWN, Long.MAX_VALUE);
    stats.answered(PlaceStatus.UNKNOWN, -5);

    assertEquals(3_600_000, stats.maxLatencyMillis(), 4_000);
    assertEquals(2, stats.errorCount());
  }

  /** A confirm may arrive between the two checks at the end. */
  @Test
  void lastMomentConfirmCountsAsAccepted() throws InterruptedException {
    var publisher = new LateConfirmPublisher();
    var load =
        new AmqpLoad(
            () -> publisher,
            new OrderSource(new OrderIds("run"), "widget", 1, 1),
            new LoadPlan(Rate.MAX, 200, LONG, 64),
            Cli.plainContext().clock());
    load.prepare();
    load.run();

    assertEquals(200, load.stats().acceptedCount());
    assertEquals(0, load.stats().errorCount());
  }

  @Test
  void brokenFloodThrows() {
    var plan = new LoadPlan(Rate.MAX, 10, LONG, 1);
    LoadGenerator broken =
        new LoadGenerator() {
          @Override
          public void run() {
            throw new IllegalStateException("broken");
          }

          @Override
          public void stop() {}

          @Override
          public LoadStats stats() {
            return new LoadStats();
          }
        };
    var broker = new RabbitBroker(BrokerSettings.of(URI.create("amqp://127.0.0.1:1/"), "test"));
    try (var depth = new QueueDepthMonitor(broker, "order_placed")) {
      var flood = new FloodRun(broken, plan, depth);
      var quiet = new Progress(Cli.plainContext(), true);

      assertThrows(IllegalStateException.class, () -> flood.run(quiet));
    }
  }

  /** After a burst of a thousand, the mean would stay high for minutes. */
  @Test
  void progressLineShowsTheCurrentRate() throws InterruptedException {
    var stats = new LoadStats();
    var stopped = new CountDownLatch(1);
    LoadGenerator burst =
        new LoadGenerator() {
          @Override
          public void run() throws InterruptedException {
            for (int i = 0; i < 1_000; i++) {
              stats.sent();
              stats.answered(PlaceStatus.ACCEPTED, 1_000_000);
            }
            stopped.await();
          }

          @Override
          public void stop() {
            stopped.countDown();
          }

          @Override
          public LoadStats stats() {
            return stats;
          }
        };
    var err =
        new StringWriter() {
          @Override
          public void flush() {
            if (toString().contains("rate 0.0/s  accepted 1,000")) {
              burst.stop();
            }
          }
        };
    CliContext plain = Cli.plainContext();
    var terminal =
        new CliContext(
            java.io.InputStream.nullInputStream(),
            plain.out(),
            new PrintWriter(err),
            plain.environment(),
            false,
            true,
            true,
            0,
            plain.clock(),
            plain.random(),
            Optional.empty());
    var broker = new RabbitBroker(BrokerSettings.of(URI.create("amqp://127.0.0.1:1/"), "test"));
    try (var depth = new QueueDepthMonitor(broker, "order_placed")) {
      var flood = new FloodRun(burst, new LoadPlan(Rate.MAX, 1_000, LONG, 1), depth);
      flood.run(new Progress(terminal, false));

      String summary = flood.summary().getFirst();
      assertFalse(summary.contains(" 0.0/s accepted"), "the summary stays the mean: " + summary);
    }
  }

  @Test
  void ratesArePrintedAsGiven() {
    assertEquals("50", Rate.perSecond(50).toString());
    assertEquals("0.5", Rate.perSecond(0.5).toString());
    assertEquals("max", Rate.MAX.toString());
    assertThrows(IllegalArgumentException.class, () -> Rate.perSecond(0));
    assertThrows(IllegalArgumentException.class, () -> Rate.perSecond(Double.NaN));
  }
}
