package orderflow.cli.scenario;

import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import orderflow.cli.client.OrderClient;
import orderflow.cli.load.HttpLoad;
import orderflow.cli.load.LoadPlan;
import orderflow.cli.load.OrderSource;
import orderflow.cli.load.Rate;

/** Orders that keep coming in the background, remembering which were accepted. */
final class SteadyOrders implements AutoCloseable {
  private static final int IN_FLIGHT = 256;
  private static final int USERS = 20;
  private static final Duration LONGEST = Duration.ofHours(1);

  private final HttpLoad load;
  private final Thread thread;

  /**
   * @param accepted gets the ids of the accepted orders; must be thread-safe
   */
  SteadyOrders(OrderClient orders, String prefix, Rate rate, Set<String> accepted) {
    Consumer<String> remember = accepted::add;
    this.load =
        new HttpLoad(
            orders,
            new OrderSource(prefix, "widget", 1, USERS),
            new LoadPlan(rate, Long.MAX_VALUE, LONGEST, IN_FLIGHT),
            remember);
    this.thread = Thread.ofPlatform().name("steady-orders").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      load.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops sending and waits for the answers. */
  @Override
  public void close() {
    load.stop();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
