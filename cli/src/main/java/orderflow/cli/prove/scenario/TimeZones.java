package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.EnvironmentFault.Configured;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.event.OrderPlaced;

/** Each service runs in a time zone of its own; the times that it records must be right. */
final class TimeZones implements Fault {
  private static final List<Configured> ZONES =
      List.of(
          zone(ServiceName.ORDER, "Asia/Kathmandu"),
          zone(ServiceName.INVENTORY, "America/St_Johns"),
          zone(ServiceName.NOTIFICATION, "Pacific/Kiritimati"));

  private final OwnOrders orders;
  private final List<String> wrong = new ArrayList<>();
  private final List<ServiceName> seen = new ArrayList<>();

  /**
   * @param run makes the order ids unique
   */
  TimeZones(String run) {
    this.orders = new OwnOrders(run + "-zone-");
  }

  private static Configured zone(ServiceName service, String zone) {
    return new Configured(
        service, "%s in time zone %s".formatted(service, zone), Map.of("TZ", zone));
  }

  @Override
  public String description() {
    return "services in three time zones";
  }

  @Override
  public Optional<String> unsupported(TestEnvironment environment) {
    return ZONES.stream().map(environment::unsupported).flatMap(Optional::stream).findFirst();
  }

  @Override
  public void useHistory(HistoryWriter history) {
    orders.useHistory(history);
  }

  @Override
  public void setUp(TestEnvironment environment) throws InterruptedException {
    for (EnvironmentFault zone : ZONES) {
      environment.inject(zone);
    }
  }

  @Override
  public void inject(TestEnvironment environment) throws InterruptedException {
    for (Configured zone : ZONES) {
      ServiceName service = zone.service();
      var order = new OrderPlaced(orders.id(seen.size()), "widget", 1, "User-1");
      Optional<List<String>> times =
          RecordedTimes.wrong(environment, orders, order, service, Duration.ZERO);
      times.ifPresent(found -> {
        seen.add(service);
        wrong.addAll(found);
      });
    }
  }

  @Override
  public void heal(TestEnvironment environment) {}

  @Override
  public String requiredEffect() {
    return description() + ": each records an order";
  }

  @Override
  public Optional<String> missingEffect(FaultWindow window) {
    return seen.size() == ZONES.size()
        ? Optional.empty()
        : Optional.of("%s: only %s recorded an order".formatted(description(), seen));
  }

  @Override
  public List<AssertionResult> results(TestEnvironment environment) {
    List<AssertionResult> results = new ArrayList<>();
    results.add(AssertionResult.of("time zones: the recorded times are right", wrong.isEmpty()));
    wrong.stream().map(AssertionResult::wrong).forEach(results::add);
    return results;
  }

  @Override
  public void tearDown(TestEnvironment environment) throws InterruptedException {
    for (EnvironmentFault zone : ZONES) {
      environment.heal(zone);
    }
  }
}
