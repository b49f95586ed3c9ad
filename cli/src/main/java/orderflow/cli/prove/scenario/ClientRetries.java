package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import orderflow.cli.client.OrderClient.PlaceResult;
import orderflow.cli.client.OrderClient.PlaceStatus;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.cli.view.Text;
import orderflow.event.OrderPlaced;

/**
 * Clients repeat accepted orders, and use their ids for other orders. The service may be down or
 * overloaded, but each answer must be 202 to a repetition, and 409 to another order.
 */
final class ClientRetries extends BackgroundFault {
  private static final Duration PAUSE = Duration.ofMillis(10);
  private static final int ACCEPTED = 202;
  private static final int CONFLICT = 409;
  private static final int SERVER_ERROR = 500;
  private static final int LEAST = 10;
  private static final int MOST_LISTED = 5;

  private final OwnOrders orders;
  private final Random random;
  private final String item;
  private final List<OrderPlaced> accepted = new ArrayList<>();
  private final AtomicInteger repeated = new AtomicInteger();
  private final AtomicInteger conflicts = new AtomicInteger();
  private final AtomicInteger unanswered = new AtomicInteger();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

  /**
   * @param run makes the order ids unique
   */
  ClientRetries(String run, Random random) {
    this.orders = new OwnOrders(run + "-retry-");
    this.item = run + "-retry-item";
    this.random = random;
  }

  @Override
  public String description() {
    return "clients repeat orders and reuse their ids";
  }

  @Override
  public void useHistory(HistoryWriter history) {
    orders.useHistory(history);
  }

  @Override
  void publish(TestEnvironment environment) throws InterruptedException {
    for (int number = 0; !isEnding(); number++) {
      var order =
          new OrderPlaced(orders.id(number), item, 1 + random.nextInt(3), "User-" + number % 7);
      if (orders.place(environment, order).status() == PlaceStatus.ACCEPTED) {
        accepted.add(order);
      }
      if (!accepted.isEmpty()) {
        repeat(environment, accepted.get(random.nextInt(accepted.size())));
        reuse(environment, accepted.get(random.nextInt(accepted.size())));
      }
      Thread.sleep(PAUSE);
    }
  }

  private void repeat(TestEnvironment environment, OrderPlaced order) throws InterruptedException {
    PlaceResult result = orders.place(environment, order);
    if (result.status() == PlaceStatus.ACCEPTED) {
      repeated.incrementAndGet();
    } else {
      unlessDown(result, order, "a repeated order", ACCEPTED);
    }
  }

  private void reuse(TestEnvironment environment, OrderPlaced order) throws InterruptedException {
    OrderPlaced other =
        switch (random.nextInt(3)) {
          case 0 ->
              new OrderPlaced(order.orderId(), order.itemId(), order.qty() + 1, order.userId());
          case 1 -> new OrderPlaced(order.orderId(), order.itemId(), order.qty(), "other");
          default -> new OrderPlaced(order.orderId(), "widget", order.qty(), order.userId());
        };
    PlaceResult result = orders.place(environment, other);
    if (result.code() == CONFLICT) {
      conflicts.incrementAndGet();
    } else {
      unlessDown(result, order, "another order with its id", CONFLICT);
    }
  }

  private void unlessDown(PlaceResult result, OrderPlaced order, String what, int right) {
    if (result.code() == 0 || result.code() >= SERVER_ERROR) {
      unanswered.incrementAndGet();
    } else {
      wrong.add(
          "%s: %s was answered %d instead of %d"
              .formatted(order.orderId(), what, result.code(), right));
    }
  }

  @Override
  public String requiredEffect() {
    return "%s: at least %d repetitions and %d other orders are answered"
        .formatted(description(), LEAST, LEAST);
  }

  @Override
  public Optional<String> missingEffect(FaultWindow window) {
    return repeated.get() >= LEAST && conflicts.get() + wrong.size() >= LEAST
        ? Optional.empty()
        : Optional.of(
            "%s: only %d repetitions and %d other orders were answered"
                .formatted(description(), repeated.get(), conflicts.get()));
  }

  @Override
  public List<AssertionResult> results(TestEnvironment environment) throws InterruptedException {
    List<AssertionResult> results = new ArrayList<>();
    results.add(
        AssertionResult.of(
            "retries: %s repeated orders were answered 202, %s other orders 409 (%s unanswered)"
                .formatted(
                    Text.grouped(repeated.get()),
                    Text.grouped(conflicts.get()),
                    Text.grouped(unanswered.get())),
            wrong.isEmpty()));
    wrong.stream().limit(MOST_LISTED).map(AssertionResult::wrong).forEach(results::add);
    for (OrderPlaced order : accepted) {
      orders.difference(environment, order).map(AssertionResult::wrong).ifPresent(results::add);
    }
    results.addAll(orders.results(environment));
    return results;
  }
}
