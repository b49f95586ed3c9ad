package orderflow.cli.prove.scenario;

import java.util.List;
import java.util.Random;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.scenario.ScenarioSpec.Step;

/** Programs around the flow that repeat, contradict, fail, or are killed. */
final class ClientScenarios {
  private ClientScenarios() {}

  /**
   * @param run makes ids unique
   * @param seed of all random choices
   */
  static List<ScenarioSpec> all(String run, long seed) {
    return List.of(
        ScenarioSpec.of(
            "client-retries",
            "clients repeat orders and reuse their ids, and the order service is killed",
            16,
            Step.of(0.5, 15, new ClientRetries(run + "-client-retries", new Random(seed))),
            Step.of(3, 4, new EnvironmentFault.Killed(ServiceName.ORDER)),
            Step.of(9, 10, new EnvironmentFault.Killed(ServiceName.ORDER))),
        ScenarioSpec.of(
            "conflicting-messages",
            "another program contradicts decided orders in each queue",
            8,
            Step.of(1, 6, new ConflictingMessages(run + "-conflicting-messages"))),
        webhookOutage(run),
        ScenarioSpec.of(
            "replay-kill",
            "dlq-replay is killed in mid-replay, and run again",
            20,
            Step.of(1, 19, new ReplayKill(run, new Random(seed)))));
  }

  private static ScenarioSpec webhookOutage(String run) {
    String name = "webhook-outage";
    var webhook = new WebhookOutage(Scenario.ids(run, name), 2);
    var notificationKilled = new EnvironmentFault.Killed(ServiceName.NOTIFICATION);
    return ScenarioSpec.of(
        name,
        "a webhook fails in three ways in turn and recovers, and notification is killed",
        18,
        Step.of(0, 18, webhook),
        Step.of(2, 3, notificationKilled),
        Step.of(5, 8, webhook.during(WebhookOutage.Phase.FAILS)),
        Step.of(8.5, 11, webhook.during(WebhookOutage.Phase.REFUSES_LOGIN)),
        Step.of(11.5, 15, webhook.during(WebhookOutage.Phase.HANGS)),
        Step.of(17, 18, notificationKilled));
  }
}
