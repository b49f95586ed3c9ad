package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.scenario.ScenarioSpec.Bounds;
import orderflow.cli.prove.scenario.ScenarioSpec.Step;
import orderflow.event.Event.Type;
import orderflow.messaging.Topology;

/** Queues that fail, and messages that come twice or are invalid. */
final class MessageScenarios {
  private static final int LENGTH = 10;
  private static final int DELIVERIES = 5;

  private final String run;
  private final long seed;

  private MessageScenarios(String run, long seed) {
    this.run = run;
    this.seed = seed;
  }

  /**
   * @param run makes ids unique
   * @param seed of all random choices
   */
  static List<ScenarioSpec> all(String run, long seed) {
    var messages = new MessageScenarios(run, seed);
    return List.of(
        ScenarioSpec.of(
            "queue-unbound",
            "the queue of notifications loses its binding while notification is stopped",
            LENGTH,
            Step.of(2, 8, new UnboundQueue(false))),
        messages.deletedWorkQueue(),
        ScenarioSpec.of(
            "notification-queue-deleted",
            "the queue of notifications is deleted while notification is stopped",
            LENGTH,
            Step.of(2, 8, new UnboundQueue(true))),
        ScenarioSpec.of(
            "queue-full",
            "queues refuse messages: first that of orders, then that of notifications",
            16,
            Step.of(2, 6, new FullWorkQueue(Topology.ORDER_PLACED, ServiceName.INVENTORY)),
            Step.of(
                9, 13, new FullWorkQueue(Topology.INVENTORY_RESERVED, ServiceName.NOTIFICATION))),
        ScenarioSpec.of(
            "prefetch",
            "3,000 orders come at once while inventory is suspended",
            LENGTH,
            Step.of(2, 7, new PrefetchLimit(run))),
        messages.duplicateStorm(),
        ScenarioSpec.of(
            "poison-mix",
            "poison among the orders",
            LENGTH,
            Step.of(1, 9, messages.poison(run, true))),
        deliveryLimit(),
        messages.fullDeadLetterQueue(),
        messages.deletedDeadLetterQueue());
  }

  private ScenarioSpec duplicateStorm() {
    List<Step> storms = new ArrayList<>();
    for (Type type : Type.values()) {
      var random = new Random(seed ^ type.routingKey().hashCode());
      storms.add(Step.of(0.2, LENGTH + 1, new DuplicateStorm(type, run, random)));
    }
    return ScenarioSpec.of(
        "duplicate-storm", "each event comes up to six times, shuffled", LENGTH, storms);
  }

  private static ScenarioSpec deliveryLimit() {
    return ScenarioSpec.of(
            "delivery-limit",
            "inventory crashes more often than a quorum queue delivers, its database locked",
            LENGTH,
            Step.of(
                0,
                LENGTH,
                InjectedFault.permanent(
                    new EnvironmentFault.DeliveryLimit(Topology.ORDER_PLACED, DELIVERIES))),
            Step.of(1, 8, new EnvironmentFault.CrashLoop(ServiceName.INVENTORY, DELIVERIES + 1)))
        .withBacklog(400);
  }

  private ScenarioSpec fullDeadLetterQueue() {
    String name = "dlq-full";
    return ScenarioSpec.of(
        name,
        "the dead-letter queue is full while poison comes among the orders",
        LENGTH + 2,
        Step.of(1, LENGTH, new FullDeadLetterQueue(Scenario.ids(run, name))),
        Step.of(2, LENGTH - 1, poison(run + "-full", false)));
  }

  /** The order service is suspended for a moment twice, which delays some answers. */
  private ScenarioSpec deletedWorkQueue() {
    String name = "queue-deleted";
    Duration p99 = Duration.ofSeconds(6);
    return ScenarioSpec.of(
            name,
            "the queue of orders is deleted while inventory is stopped and orders come",
            LENGTH,
            Step.of(2, 8, new DeletedQueue(Topology.ORDER_PLACED, Scenario.ids(run, name))))
        .withBounds(new Bounds(0.9, p99, Bounds.DEFAULT.recovery()));
  }

  private ScenarioSpec deletedDeadLetterQueue() {
    return ScenarioSpec.of(
        "dlq-deleted",
        "the dead-letter queue is deleted while poison comes among the orders",
        LENGTH,
        Step.of(
            1,
            LENGTH - 2,
            new DeletedQueue(
                Topology.deadLetterQueue(Topology.ORDER_PLACED), Scenario.ids(run, "dlq-deleted"))),
        Step.of(1.01, LENGTH - 1, poison(run + "-deleted", true)));
  }

  private Fault poison(String prefix, boolean mayBeResent) {
    return new PoisonInjector(prefix, mayBeResent, Duration.ofMillis(100), new Random(seed));
  }
}
