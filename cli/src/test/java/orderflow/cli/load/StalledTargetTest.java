package orderflow.cli.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import orderflow.cli.client.OrderClient;
import orderflow.cli.client.ServiceAccess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A service that stalls: latency includes the wait of the orders that became due during the stall.
 * Latency from the send time would show one slow response (coordinated omission).
 */
@Timeout(30)
class StalledTargetTest {
  private static final int ORDERS = 40;
  private static final int STALL_MILLIS = 800;
  private static final int ACCEPTED = 202;

  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch neverOpened = new CountDownLatch(1);
  private HttpServer server;
  private ExecutorService threads;

  @BeforeEach
  void start() throws IOException {
    threads = Executors.newCachedThreadPool();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.setExecutor(threads);
    server.createContext(
        "/order",
        exchange -> {
          try (exchange) {
            if (asked.getAndIncrement() == 0) {
              stall();
            }
            exchange.sendResponseHeaders(ACCEPTED, -1);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** With one request in flight, a single stall delays all others. */
  @Test
  void latencyIncludesTheWaitBeforeSending() throws InterruptedException {
    var plan = new LoadPlan(Rate.perSecond(100), ORDERS, Duration.ofMinutes(1), 1);
    try (var client =
        new OrderClient(
            URI.create("http://127.0.0.1:" + server.getAddress().getPort()), ServiceAccess.OPEN)) {
      var load =
          new HttpLoad(
              client, new OrderSource(new OrderIds("stall"), "widget", 1, 1)::order, plan, _ -> {});
      load.run();

      LoadStats stats = load.stats();
      assertEquals(ORDERS, stats.sentCount());
      assertEquals(ORDERS, stats.acceptedCount());
      // The last was due 390 ms after the first, which took 800 ms: all waited 400 ms or more.
      assertTrue(stats.latencyMillis(0) >= 400, "fastest " + stats.latencyMillis(0) + " ms");
      assertTrue(stats.latencyMillis(50) >= 590, "median " + stats.latencyMillis(50) + " ms");
      assertTrue(stats.maxLatencyMillis() >= 790, "max " + stats.maxLatencyMillis() + " ms");
    }
  }

  private void stall() throws IOException {
    try {
      neverOpened.await(STALL_MILLIS, java.util.concurrent.TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IOException("stopped", e);
    }
  }
}
