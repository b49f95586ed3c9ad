package orderflow.cli.prove.scenario;

import java.util.ArrayList;
import java.util.List;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.scenario.ScenarioSpec.Step;

/** Processes that end, stop, or do not go on. */
final class ServiceScenarios {
  private ServiceScenarios() {}

  static List<ScenarioSpec> all() {
    List<ScenarioSpec> specs = new ArrayList<>();
    for (ServiceName service : ServiceName.values()) {
      specs.add(
          ScenarioSpec.withFault(
              "kill-" + service, "kill -9 of " + service, new EnvironmentFault.Killed(service)));
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
                10,
                Step.of(3, 4, new EnvironmentFault.Killed(ServiceName.INVENTORY)))
            .withRate(200)
            .withStock(500));
    specs.add(rollingRestart());
    return specs;
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
