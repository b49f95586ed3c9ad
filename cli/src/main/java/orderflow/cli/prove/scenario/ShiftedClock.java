package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.event.OrderPlaced;

/** The clock of a service jumps, and jumps back. The service must go on in both cases. */
final class ShiftedClock extends InjectedFault {
  private final ServiceName service;
  private final Duration shift;
  private final OwnOrders orders;
  private Optional<List<String>> different = Optional.empty();

  /**
   * @param run makes the order ids unique
   */
  ShiftedClock(ServiceName service, Duration shift, String run) {
    super(new EnvironmentFault.ClockShifted(service, shift));
    this.service = service;
    this.shift = shift;
    this.orders = new OwnOrders("%s-clock-%s-".formatted(run, service));
  }

  @Override
  public void useHistory(HistoryWriter history) {
    orders.useHistory(history);
  }

  @Override
  public void inject(TestEnvironment environment) throws InterruptedException {
    super.inject(environment);
    var order = new OrderPlaced(orders.id(0), "widget", 1, "User-1");
    different = RecordedTimes.wrong(environment, orders, order, service, shift);
  }

  @Override
  public boolean shiftsClock() {
    return true;
  }

  @Override
  public String requiredEffect() {
    return description() + ": the service records that time";
  }

  @Override
  public Optional<String> missingEffect(FaultWindow window) {
    return different.filter(List::isEmpty).isPresent()
        ? Optional.empty()
        : Optional.of(
            "%s: %s"
                .formatted(
                    description(),
                    different.map(Object::toString).orElse("the service recorded no order")));
  }

  @Override
  public List<AssertionResult> results(TestEnvironment environment) throws InterruptedException {
    return orders.results(environment);
  }
}
