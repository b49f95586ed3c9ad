package orderflow.cli.prove.scenario;

import java.time.Clock;
import java.util.List;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.scenario.ScenarioSpec.Step;

/** The scenarios that {@code verify} and {@code demo} run without arguments. */
final class BasicScenarios {
  private static final EnvironmentFault INVENTORY_STOPPED =
      new EnvironmentFault.Stopped(ServiceName.INVENTORY);

  private BasicScenarios() {}

  static List<ScenarioSpec> all(String run, boolean full, Clock clock) {
    return List.of(
        ScenarioSpec.of("happy-path", "orders come in, nothing goes wrong", 5),
        backlog(full),
        ScenarioSpec.of(
            "duplicate",
            "an order comes twice, and again after inventory was restarted",
            5,
            Step.of(1, 4, new DuplicateOrder(run + "-dup", clock)),
            Step.of(2, 3, INVENTORY_STOPPED)),
        ScenarioSpec.of(
            "poison",
            "invalid messages come among the orders",
            4,
            Step.of(1, 2, new AllPoisonKinds(run + "-each"))),
        ScenarioSpec.of("inventory-failure", "more orders than there is stock: the rest fails", 5)
            .withStock(100));
  }

  private static ScenarioSpec backlog(boolean full) {
    return full
        ? ScenarioSpec.of(
                "backlog",
                "an order a second for 90 s, inventory stopped for 60 s",
                90,
                Step.of(10, 70, INVENTORY_STOPPED))
            .withRate(1)
            .withBacklog(30)
        : ScenarioSpec.of(
                "backlog",
                "orders keep coming while inventory is stopped",
                14,
                Step.of(2, 10, INVENTORY_STOPPED))
            .withBacklog(400);
  }
}
