package orderflow.cli.prove.scenario;

import java.util.List;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.scenario.ScenarioSpec.Step;

/** Disks and databases that fail. */
final class StoreScenarios {
  private StoreScenarios() {}

  static List<ScenarioSpec> all() {
    return List.of(
        // The store first overwrites the write-ahead log that it has allocated.
        ScenarioSpec.of(
                "store-full",
                "the order service's disk is full",
                12,
                Step.of(3, 8, new EnvironmentFault.StoreFull(ServiceName.ORDER)))
            .withRate(400),
        // A service reports that it is stuck after 15 s.
        ScenarioSpec.of(
            "disk-frozen",
            "writes to the order service's disk hang for 20 s",
            30,
            Step.of(3, 23, new EnvironmentFault.StoreFrozen(ServiceName.ORDER))));
  }
}
