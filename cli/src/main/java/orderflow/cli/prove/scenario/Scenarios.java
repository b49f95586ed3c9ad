package orderflow.cli.prove.scenario;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.EnvironmentFault.Alarm.Resource;
import orderflow.cli.prove.environment.EnvironmentFault.Network.Mode;
import orderflow.cli.prove.scenario.ScenarioSpec.Step;
import orderflow.event.Event.Type;
import orderflow.messaging.Topology;

/** All scenarios by name. */
public final class Scenarios {
  /** Most scenarios place orders for so many seconds. */
  private static final int LENGTH = 10;

  private static final int FROM = 3;

  /** The heartbeat interval is 10 s, and two heartbeats may be missed. */
  private static final int BEYOND_HEARTBEAT = 26;

  private static final int DELIVERIES = 5;

  private static final List<String> DEMO = List.of("backlog", "duplicate", "poison");

  private static final List<String> DEFAULT =
      List.of("happy-path", "backlog", "duplicate", "poison", "inventory-failure");

  private final Map<String, Scenario> scenarios = new LinkedHashMap<>();
  private final String run;
  private final long seed;

  /**
   * @param run makes ids unique
   * @param seed of all random choices
   * @param full whether the backlog takes as long as in the original flow
   */
  public Scenarios(String run, long seed, boolean full, Clock clock) {
    this.run = run;
    this.seed = seed;
    addDefaults(full, clock);
    addServiceFaults();
    addBrokerFaults();
    addNetworkFaults();
    addStoreFaults();
    addMessageFaults();
    addRestarts();
    addDeadLetterFaults();
  }

  private void addDefaults(boolean full, Clock clock) {
    var inventoryStopped = new EnvironmentFault.Stopped(ServiceName.INVENTORY);
    add(ScenarioSpec.of("happy-path", "orders come in, nothing goes wrong", 5));
    add(
        full
            ? ScenarioSpec.of(
                    "backlog",
                    "an order a second for 90 s, inventory stopped for 60 s",
                    90,
                    step(10, 70, inventoryStopped))
                .withRate(1)
                .withBacklog(30)
            : ScenarioSpec.of(
                    "backlog",
                    "orders keep coming while inventory is stopped",
                    14,
                    step(2, 10, inventoryStopped))
                .withBacklog(400));
    add(
        ScenarioSpec.of(
            "duplicate",
            "an order comes twice, and again after inventory was restarted",
            5,
            Step.of(1, 4, new DuplicateOrder(run + "-dup", clock)),
            step(2, 3, inventoryStopped)));
    add(
        ScenarioSpec.of(
            "poison",
            "invalid messages come among the orders",
            4,
            Step.of(1, 2, new AllPoisonKinds(run + "-each"))));
    add(
        ScenarioSpec.of("inventory-failure", "more orders than there is stock: the rest fails", 5)
            .withStock(100));
  }

  private void addServiceFaults() {
    for (ServiceName service : ServiceName.values()) {
      addShort("kill-" + service, "kill -9 of " + service, new EnvironmentFault.Killed(service));
    }
    for (ServiceName service : ServiceName.values()) {
      addLong(
          "pause-" + service,
          service + " is suspended for longer than the heartbeat",
          new EnvironmentFault.Paused(service));
    }
  }

  private void addBrokerFaults() {
    addShort("broker-restart", "the broker is restarted", new EnvironmentFault.BrokerStopped());
    addShort("broker-kill", "kill -9 of the broker", new EnvironmentFault.BrokerKilled());
    addShort(
        "connections-closed",
        "the broker closes every connection",
        new EnvironmentFault.ConnectionsClosed());
    for (Resource resource : Resource.values()) {
      var alarm = new EnvironmentFault.Alarm(resource);
      addShort(alarm.description().replace(' ', '-'), "the broker blocks publishers", alarm);
    }
  }

  private void addNetworkFaults() {
    addShort("net-reset", "the network resets connections", network(Mode.RESET));
    addShort("net-slow", "the network is very slow", network(Mode.SLOW));
    addShort("net-cut", "connections are cut in mid-flight", network(Mode.CUT));
    addLong("net-black-hole", "the network drops every packet", network(Mode.BLACK_HOLE));
  }

  private static EnvironmentFault network(Mode mode) {
    return new EnvironmentFault.Network(mode);
  }

  private void addStoreFaults() {
    // The store first overwrites the write-ahead log that it has allocated.
    add(
        ScenarioSpec.of(
                "store-full",
                "the order service's disk is full",
                12,
                step(FROM, 8, new EnvironmentFault.StoreFull(ServiceName.ORDER)))
            .withRate(400));
    // A service reports that it is stuck after 15 s.
    add(
        ScenarioSpec.of(
            "disk-frozen",
            "writes to the order service's disk hang for 20 s",
            30,
            step(FROM, 23, new EnvironmentFault.StoreFrozen(ServiceName.ORDER))));
  }

  private void addMessageFaults() {
    add(
        ScenarioSpec.of(
            "queue-unbound",
            "the queue of notifications loses its binding while notification is stopped",
            LENGTH,
            Step.of(2, 8, new UnboundQueue())));
    List<Step> storms = new ArrayList<>();
    for (Type type : Type.values()) {
      var random = new Random(seed ^ type.routingKey().hashCode());
      storms.add(Step.of(0.2, LENGTH + 1, new DuplicateStorm(type, run, random)));
    }
    add(
        ScenarioSpec.of(
            "duplicate-storm", "each event comes up to six times, shuffled", LENGTH, storms));
    add(
        ScenarioSpec.of(
            "poison-mix", "poison among the orders", LENGTH, Step.of(1, 9, poison(run, true))));
  }

  private void addRestarts() {
    add(
        ScenarioSpec.of(
                "hot-item",
                "all orders are for the same item, and inventory is killed meanwhile",
                LENGTH,
                step(FROM, FROM + 1, new EnvironmentFault.Killed(ServiceName.INVENTORY)))
            .withRate(200)
            .withStock(500));
    List<Step> restarts = new ArrayList<>();
    int at = 2;
    for (ServiceName service : ServiceName.values()) {
      restarts.add(step(at, at + 1, new EnvironmentFault.Stopped(service)));
      at += 3;
    }
    add(ScenarioSpec.of("rolling-restart", "each service is restarted in turn", 12, restarts));
  }

  private void addDeadLetterFaults() {
    add(
        ScenarioSpec.of(
                "delivery-limit",
                "inventory crashes more often than a quorum queue delivers, its database locked",
                LENGTH,
                Step.of(
                    0,
                    LENGTH,
                    InjectedFault.permanent(
                        new EnvironmentFault.DeliveryLimit(Topology.ORDER_PLACED, DELIVERIES))),
                step(1, 8, new EnvironmentFault.CrashLoop(ServiceName.INVENTORY, DELIVERIES + 1)))
            .withBacklog(400));
    String name = "dlq-full";
    add(
        ScenarioSpec.of(
            name,
            "the dead-letter queue is full while poison comes among the orders",
            LENGTH + 2,
            Step.of(1, LENGTH, new FullDeadLetterQueue(Scenario.ids(run, name))),
            Step.of(2, LENGTH - 1, poison(run + "-full", false))));
  }

  private Fault poison(String prefix, boolean mayBeResent) {
    return new PoisonInjector(prefix, mayBeResent, Duration.ofMillis(100), new Random(seed));
  }

  private static Step step(int from, int until, EnvironmentFault fault) {
    return Step.of(from, until, new InjectedFault(fault));
  }

  private void addShort(String name, String purpose, EnvironmentFault fault) {
    add(ScenarioSpec.of(name, purpose, LENGTH, step(FROM, FROM + 3, fault)));
  }

  private void addLong(String name, String purpose, EnvironmentFault fault) {
    Step step = step(FROM, FROM + BEYOND_HEARTBEAT, fault);
    add(ScenarioSpec.of(name, purpose, BEYOND_HEARTBEAT + 8, step));
  }

  private void add(ScenarioSpec spec) {
    scenarios.put(spec.name(), new Scenario(spec, run));
  }

  /** Every name, in order. */
  public List<String> names() {
    return List.copyOf(scenarios.keySet());
  }

  /** The scenarios of {@code demo}. */
  public List<Scenario> demo() {
    return named(DEMO);
  }

  /** The scenarios that {@code verify} runs without arguments. */
  public List<Scenario> defaults() {
    return named(DEFAULT);
  }

  public List<Scenario> all() {
    return List.copyOf(scenarios.values());
  }

  /**
   * @throws IllegalArgumentException listing all names, when one is unknown
   */
  public List<Scenario> named(List<String> names) {
    return names.stream().flatMap(this::named).toList();
  }

  private Stream<Scenario> named(String name) {
    Scenario scenario = scenarios.get(name);
    if (scenario == null) {
      throw new IllegalArgumentException(
          "there is no scenario " + name + "; there are: " + String.join(", ", names()));
    }
    return Stream.of(scenario);
  }
}
