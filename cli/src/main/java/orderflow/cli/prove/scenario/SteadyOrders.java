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

/** Orders that keep coming in the background, keeping a ledger of the answers. */
final class SteadyOrders implements AutoCloseable {
  private static final int IN_FLIGHT = 256;
  private static final int USERS = 20;
  private static final Duration LONGEST = Duration.ofHours(1);

  private final HttpLoad load;
  private final Thread thread;

  /**
   * @param ledger gets the answers
   */
  SteadyOrders(OrderClient orders, OrderIds ids, String item, Rate rate, ClientHistory ledger) {
    this.load =
        new HttpLoad(
            orders,
            new OrderSource(ids, item, 1, USERS),
            new LoadPlan(rate, OrderIds.LIMIT, LONGEST, IN_FLIGHT),
            ledger);
    this.thread = Thread.ofPlatform().name("steady-orders").daemon().unstarted(this::run);
  }

  /** The figures so far, live. */
  LoadStats tally() {
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

  @Override
  public void close() {
    finish();
  }

  /** Stops sending and waits for the answers. */
  void finish() {
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
