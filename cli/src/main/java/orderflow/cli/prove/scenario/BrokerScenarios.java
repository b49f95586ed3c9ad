package orderflow.cli.prove.scenario;

import java.util.ArrayList;
import java.util.List;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.EnvironmentFault.Alarm.Resource;
import orderflow.cli.prove.environment.EnvironmentFault.Network.Mode;
import orderflow.cli.prove.scenario.ScenarioSpec.Step;

/** A broker, or a network to it, that fails. */
final class BrokerScenarios {
  private BrokerScenarios() {}

  /**
   * @param run makes ids unique
   */
  static List<ScenarioSpec> all(String run) {
    List<ScenarioSpec> specs = new ArrayList<>();
    specs.add(
        ScenarioSpec.withFault(
            "broker-restart", "the broker is restarted", new EnvironmentFault.BrokerStopped()));
    specs.add(
        ScenarioSpec.withFault(
            "broker-kill", "kill -9 of the broker", new EnvironmentFault.BrokerKilled()));
    specs.add(
        ScenarioSpec.withFault(
            "connections-closed",
            "the broker closes every connection",
            new EnvironmentFault.ConnectionsClosed()));
    for (Resource resource : Resource.values()) {
      var alarm = new EnvironmentFault.Alarm(resource);
      specs.add(
          ScenarioSpec.withFault(
              alarm.description().replace(' ', '-'), "the broker blocks publishers", alarm));
    }
    specs.add(
        ScenarioSpec.withFault("net-reset", "the network resets connections", network(Mode.RESET)));
    specs.add(ScenarioSpec.withFault("net-slow", "the network is very slow", network(Mode.SLOW)));
    specs.add(
        ScenarioSpec.withFault("net-cut", "connections are cut in mid-flight", network(Mode.CUT)));
    specs.add(
        ScenarioSpec.withLongFault(
            "net-black-hole", "the network drops every packet", network(Mode.BLACK_HOLE)));
    specs.add(
        ScenarioSpec.of(
            "net-refused",
            "nothing listens at the broker's address until all orders are placed",
            12,
            Step.of(2, 13, new BrokerGone(network(Mode.REFUSED), run))));
    return specs;
  }

  private static EnvironmentFault network(Mode mode) {
    return new EnvironmentFault.Network(mode);
  }
}
