package orderflow.cli.prove.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.scenario.ScenarioSpec.Step;
import orderflow.cli.prove.schedule.FaultSchedule;
import orderflow.cli.prove.schedule.RandomSchedule;

/** Processes that end, stop, or do not go on. */
final class ServiceScenarios {
  private static final int KILLS = 3;
  private static final int KILL_SECONDS = 10;

  private ServiceScenarios() {}

  /**
   * @param seed decides when services are killed
   */
  static List<ScenarioSpec> all(long seed) {
    List<ScenarioSpec> specs = new ArrayList<>();
    for (ServiceName service : ServiceName.values()) {
      specs.add(
          ScenarioSpec.of(
              "kill-" + service,
              "kill -9 of %s, %d times at random moments".formatted(service, KILLS),
              kills(service, seed),
              3));
    }
    for (ServiceName service : ServiceName.values()) {
      specs.add(
          ScenarioSpec.withLongFault(
              "pause-" + service,
              service + " is suspended for longer than the heartbeat",
              new EnvironmentFault.Paused(service)));
    }
    specs.add(
        ScenarioSpec.of(
                "hot-item",
                "all orders are for the same item, and inventory is killed meanwhile",
                kills(ServiceName.INVENTORY, seed + 1),
                2)
            .withRate(200)
            .withStock(500));
    specs.add(rollingRestart());
    return specs;
  }

  private static FaultSchedule kills(ServiceName service, long seed) {
    var random = new Random(seed ^ service.toString().hashCode());
    return new RandomSchedule(random).kills(service, KILL_SECONDS, KILLS);
  }

  private static ScenarioSpec rollingRestart() {
    List<Step> restarts = new ArrayList<>();
    int at = 2;
    for (ServiceName service : ServiceName.values()) {
      restarts.add(Step.of(at, at + 1.0, new EnvironmentFault.Stopped(service)));
      at += 3;
    }
    return ScenarioSpec.of("rolling-restart", "each service is restarted in turn", 12, restarts);
  }
}
