package orderflow.cli.prove.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.scenario.HealthHistory.State;
import org.junit.jupiter.api.Test;

class FaultEffectTest {
  private static final EnvironmentFault FULL =
      new EnvironmentFault.QueueFull("order_placed_dlq", 1);

  private final HealthHistory health = new HealthHistory();

  @Test
  void reportedRefusalOfTheQueueIsAnEffect() {
    reportProblem("relay-order_placed_dlq", "order_placed_dlq refuses messages (full)");

    assertEquals(Optional.empty(), missing(FULL));
  }

  @Test
  void refusalOfAnotherQueueIsNoEffect() {
    reportProblem("relay", "order_outcome refuses messages (full)");
    reportProblem("relay-order_placed_dlq", "up");

    assertTrue(missing(FULL).orElse("").contains("did not report"), missing(FULL).toString());
  }

  @Test
  void crashLoopWithoutReportedLockHasNoEffect() {
    reportProblem("consumer", "up");

    var loop = new EnvironmentFault.CrashLoop(ServiceName.INVENTORY, 6);
    assertTrue(missing(loop).orElse("").contains("did not report that its database is locked"));
  }

  @Test
  void frozenDiskHasAnEffectWhenTheServiceReportsIt() {
    var frozen = new EnvironmentFault.StoreFrozen(ServiceName.ORDER);
    reportProblem(ServiceName.ORDER, "store", "the disk is full");
    assertTrue(missing(frozen).orElse("").contains("did not report that it is stuck"));

    reportProblem(ServiceName.ORDER, "store", "stuck for 16 s in committing orders");
    assertEquals(Optional.empty(), missing(frozen));
  }

  private void reportProblem(String check, String problem) {
    reportProblem(ServiceName.INVENTORY, check, problem);
  }

  private void reportProblem(ServiceName service, String check, String problem) {
    health.add(
        service,
        new State(1, true, false, Map.of(check, problem), OptionalDouble.empty(), Map.of()));
  }

  private Optional<String> missing(EnvironmentFault fault) {
    var timeline = new Timeline(List.of(), List.of());
    return FaultEffect.of(fault)
        .missing(new FaultWindow(0, 2, 100, Set.of(ServiceName.values()), timeline, health));
  }
}
