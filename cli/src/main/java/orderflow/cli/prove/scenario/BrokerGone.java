package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import orderflow.cli.client.OrderClient.PlaceStatus;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.event.OrderPlaced;

/**
 * Services cannot reach the broker, until all orders are placed. What needs no broker goes on: an
 * order is accepted, and its status answered.
 */
final class BrokerGone extends InjectedFault {
  private static final int TRIES = 20;
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final OwnOrders orders;
  private int accepted;
  private int answered;

  /**
   * @param run makes the order ids unique
   */
  BrokerGone(EnvironmentFault fault, String run) {
    super(fault);
    this.orders = new OwnOrders(run + "-gone-");
  }

  @Override
  public Optional<String> unsupported(TestEnvironment environment) {
    return super.unsupported(environment).or(() -> Fault.unlisted(environment, ServiceName.ORDER));
  }

  @Override
  public void useHistory(HistoryWriter history) {
    orders.useHistory(history);
  }

  @Override
  public void inject(TestEnvironment environment) throws InterruptedException {
    super.inject(environment);
    for (int number = 0; number < TRIES; number++) {
      var order = new OrderPlaced(orders.id(number), "widget", 1, "User-1");
      if (orders.place(environment, order).status() == PlaceStatus.ACCEPTED) {
        accepted++;
        Optional<String> status = environment.orders().status(order.orderId());
        answered += status.filter("accepted"::equals).isPresent() ? 1 : 0;
      }
      Thread.sleep(PAUSE);
    }
  }

  @Override
  public List<AssertionResult> results(TestEnvironment environment) throws InterruptedException {
    return List.of(
        AssertionResult.of(
            "without a broker: %d of %d orders were accepted, and the status of %d answered"
                .formatted(accepted, TRIES, answered),
            accepted == TRIES && answered == TRIES),
        orders.results(environment).getFirst());
  }
}
