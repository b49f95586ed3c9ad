package orderflow.cli.prove.scenario;

import java.time.Duration;
import orderflow.cli.client.OrderClient;
import orderflow.cli.load.HttpLoad;
import orderflow.cli.load.LoadPlan;
import orderflow.cli.load.LoadStats;
import orderflow.cli.load.OrderIds;
import orderflow.cli.load.OrderSource;
import orderflow.cli.load.Rate;
import orderflow.cli.prove.check.ClientHistory;

/** Places orders at a steady rate in the background. */
final class SteadyOrders implements AutoCloseable {
  private static final int IN_FLIGHT = 256;
  private static final int USERS = 20;
  private static final Duration LONGEST = Duration.ofHours(1);

  private final HttpLoad load;
  private final Thread thread;

  /**
   * @param history gets the responses
   */
  SteadyOrders(OrderClient orders, OrderIds ids, String item, Rate rate, ClientHistory history) {
    this.load =
        new HttpLoad(
            orders,
            new OrderSource(ids, item, 1, USERS),
            new LoadPlan(rate, OrderIds.LIMIT, LONGEST, IN_FLIGHT),
            history);
    this.thread = Thread.ofPlatform().name("steady-orders").daemon().unstarted(this::run);
  }

  /** Live counts and latencies. */
  LoadStats stats() {
    return load.stats();
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

  /** Stops sending and waits for the responses. */
  @Override
  public void close() {
    load.stop();
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
