package orderflow.cli.prove.scenario;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import orderflow.cli.client.OrderClient;
import orderflow.cli.client.OrderClient.PlaceResult;
import orderflow.cli.client.ServiceName;
import orderflow.cli.load.HttpLoad;
import orderflow.cli.load.LoadPlan;
import orderflow.cli.load.LoadStats;
import orderflow.cli.load.OrderIds;
import orderflow.cli.load.Rate;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.event.EventCodec;
import orderflow.event.OrderPlaced;

/** Places orders at a steady rate in the background. */
final class SteadyOrders implements AutoCloseable {
  private static final int IN_FLIGHT = 256;
  private static final int USERS = 20;
  private static final int QUANTITIES = 3;
  private static final Duration LONGEST = Duration.ofHours(1);

  private final HttpLoad load;
  private final Thread thread;

  /**
   * @param responses gets the status of each response
   * @param history gets every request with its response
   */
  SteadyOrders(
      OrderClient orders,
      OrderIds ids,
      String item,
      Rate rate,
      ClientHistory responses,
      HistoryWriter history) {
    this.load =
        new HttpLoad(
            orders,
            number -> order(ids.id(number), item, number),
            new LoadPlan(rate, OrderIds.LIMIT, LONGEST, IN_FLIGHT),
            attempt -> {
              responses.accept(attempt.order().orderId(), attempt.result().status());
              history.offer(request(attempt, history));
            });
    this.thread = Thread.ofPlatform().name("steady-orders").daemon().unstarted(this::run);
  }

  /** Quantities and users differ, so that a mistake in one of them shows. */
  private static OrderPlaced order(String orderId, String item, long number) {
    return new OrderPlaced(
        orderId, item, 1 + (int) (number % QUANTITIES), "User-" + (number % USERS + 1));
  }

  static HistoryRecord.Request request(HttpLoad.Attempt attempt, HistoryWriter history) {
    PlaceResult result = attempt.result();
    boolean isAnswered = result.code() != 0;
    return new HistoryRecord.Request(
        history.now(),
        ServiceName.ORDER.toString(),
        "POST",
        "/order",
        new String(EventCodec.encode(attempt.order()), StandardCharsets.UTF_8),
        history.at(attempt.due()),
        history.at(attempt.sent()),
        result.code(),
        isAnswered ? result.body() : null,
        isAnswered ? null : result.problem());
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
