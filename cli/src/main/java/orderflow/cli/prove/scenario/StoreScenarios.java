package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.scenario.ScenarioSpec.Step;

/** Disks and databases that fail. */
final class StoreScenarios {
  private static final int POWER_CUTS = 3;
  private static final int CUT_PERIOD = 4;
  private static final double CUT_SECONDS = 0.5;

  private StoreScenarios() {}

  /**
   * @param run makes ids unique
   * @param seed of all random choices
   */
  static List<ScenarioSpec> all(String run, long seed) {
    var inventoryFails = new EnvironmentFault.CommitsFail(ServiceName.INVENTORY);
    return List.of(
        powerCuts(ServiceName.ORDER, new Random(seed)),
        powerCuts(ServiceName.INVENTORY, new Random(seed)),
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
            Step.of(3, 23, new EnvironmentFault.StoreFrozen(ServiceName.ORDER))),
        ScenarioSpec.of(
            "disk-frozen-inventory",
            "the inventory service's disk hangs for 20 s whenever it syncs",
            25,
            Step.of(3, 23, new EnvironmentFault.SyncsHang(ServiceName.INVENTORY))),
        ScenarioSpec.of(
                "inventory-store-full",
                "inventory's commits fail and are rolled back, while stock is used up",
                12,
                Step.of(2, 3, inventoryFails),
                Step.of(4.5, 5.5, inventoryFails),
                Step.of(7, 8, inventoryFails))
            .withStock(700),
        ScenarioSpec.of(
            "time-zone",
            "each service runs in a time zone of its own",
            6,
            Step.of(1, 2, new TimeZones(run))),
        ScenarioSpec.of(
            "clock-jump",
            "the clock of each service in turn jumps, and jumps back",
            16,
            Step.of(2, 4, new ShiftedClock(ServiceName.ORDER, Duration.ofHours(-2), run)),
            Step.of(6, 8, new ShiftedClock(ServiceName.INVENTORY, Duration.ofDays(30), run)),
            Step.of(10, 12, new ShiftedClock(ServiceName.NOTIFICATION, Duration.ofHours(2), run))));
  }

  private static ScenarioSpec powerCuts(ServiceName service, Random random) {
    List<Step> cuts = new ArrayList<>();
    for (int cut = 0; cut < POWER_CUTS; cut++) {
      double at = 1.0 + cut * CUT_PERIOD;
      cuts.add(Step.of(at, at + CUT_SECONDS, new PowerCut(service, random)));
    }
    return ScenarioSpec.of(
        "power-cut-" + service,
        "the power of the %s service fails %d times: what it did not sync is gone"
            .formatted(service, POWER_CUTS),
        1 + POWER_CUTS * CUT_PERIOD,
        cuts);
  }
}
