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
import orderflow.cli.load.Rate;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.scenario.Scenario.ScenarioSpec;
import orderflow.cli.prove.scenario.Scenario.Step;
import orderflow.event.Event.Type;
import orderflow.messaging.Topology;

/**
 * Every scenario by name. Those on clusters, the leading node killed and a partition, will join
 * them here.
 */
public final class Scenarios {
  private static final Rate RATE = Rate.perSecond(100);
  private static final Duration LENGTH = Duration.ofSeconds(10);
  private static final Duration FROM = Duration.ofSeconds(3);
  private static final Duration UNTIL = Duration.ofSeconds(6);

  /** Heartbeats are every 10 s, and two may be missed. */
  private static final Duration BEYOND_HEARTBEAT = Duration.ofSeconds(26);

  private static final int DELIVERIES = 5;
  private static final long SCARCE = 100;

  private static final List<String> ORIGINAL = List.of("backlog", "duplicate", "poison");

  private static final List<String> DEFAULT =
      List.of("happy-path", "backlog", "duplicate", "poison", "inventory-failure");

  private final Map<String, Scenario> scenarios = new LinkedHashMap<>();
  private final String run;
  private final long seed;

  /**
   * @param run makes ids unique
   * @param seed decides what is drawn by chance
   * @param full whether the backlog takes as long as in the original: an order a second for 90 s,
   *     inventory away for 60 s
   */
  public Scenarios(String run, long seed, boolean full, Clock clock) {
    this.run = run;
    this.seed = seed;
    add(calm("happy-path", "orders come in, nothing goes wrong", 0));
    add(full ? originalBacklog() : backlog());
    add(duplicate(clock));
    add(poison());
    add(calm("inventory-failure", "more orders than there is stock: the rest fails", SCARCE));
    for (ServiceName service : ServiceName.values()) {
      add(one("kill-" + service, "kill -9 of " + service, new EnvironmentFault.Killed(service)));
    }
    addPauses();
    addBrokerFaults();
    addNetworkFaults();
    add(storeFull());
    add(diskFrozen());
    add(queueUnbound());
    addCopiesAndPoison();
    add(rollingRestart());
    add(deliveryLimit());
    add(fullDeadLetterQueue());
  }

  private void addPauses() {
    for (ServiceName service : ServiceName.values()) {
      add(
          enduring(
              "pause-" + service,
              service + " stands still for longer than the heartbeat",
              new EnvironmentFault.Paused(service)));
    }
  }

  private void addBrokerFaults() {
    add(one("broker-restart", "the broker is restarted", new EnvironmentFault.BrokerStopped()));
    add(one("broker-kill", "kill -9 of the broker", new EnvironmentFault.BrokerKilled()));
    add(
        one(
            "connections-closed",
            "the broker closes every connection",
            new EnvironmentFault.ConnectionsClosed()));
    for (EnvironmentFault.Alarm.Resource resource : EnvironmentFault.Alarm.Resource.values()) {
      var alarm = new EnvironmentFault.Alarm(resource);
      add(one(alarm.description().replace(' ', '-'), "the broker blocks publishers", alarm));
    }
  }

  private void addNetworkFaults() {
    add(
        one(
            "net-reset",
            "the network resets connections",
            network(EnvironmentFault.Network.Mode.RESET)));
    add(one("net-slow", "the network is very slow", network(EnvironmentFault.Network.Mode.SLOW)));
    add(
        one(
            "net-cut",
            "connections are cut in mid-flight",
            network(EnvironmentFault.Network.Mode.CUT)));
    add(
        enduring(
            "net-black-hole",
            "the network swallows everything",
            network(EnvironmentFault.Network.Mode.BLACK_HOLE)));
  }

  private static EnvironmentFault network(EnvironmentFault.Network.Mode trouble) {
    return new EnvironmentFault.Network(trouble);
  }

  private void addCopiesAndPoison() {
    List<Step> storm = new ArrayList<>();
    for (Type type : Type.values()) {
      storm.add(
          new Step(
              Duration.ofMillis(200),
              LENGTH.plusSeconds(1),
              new DuplicateStorm(type, run, new Random(seed ^ type.routingKey().hashCode()))));
    }
    add(
        new ScenarioSpec(
            "duplicate-storm",
            "each event comes up to six times, shuffled",
            RATE,
            LENGTH,
            0,
            storm));
    var poison =
        new PoisonInjector(run, true, Duration.ofSeconds(1).dividedBy(10), new Random(seed));
    add(
        new ScenarioSpec(
            "poison-mix",
            "poison among the orders",
            RATE,
            LENGTH,
            0,
            List.of(new Step(Duration.ofSeconds(1), Duration.ofSeconds(9), poison))));
    add(
        new ScenarioSpec(
            "hot-item",
            "everybody wants the same item, and inventory is killed meanwhile",
            Rate.perSecond(200),
            LENGTH,
            SCARCE * 5,
            List.of(
                act(
                    FROM,
                    FROM.plusSeconds(1),
                    new EnvironmentFault.Killed(ServiceName.INVENTORY)))));
  }

  private ScenarioSpec rollingRestart() {
    List<Step> acts = new ArrayList<>();
    Duration at = Duration.ofSeconds(2);
    for (ServiceName service : ServiceName.values()) {
      acts.add(act(at, at.plusSeconds(1), new EnvironmentFault.Stopped(service)));
      at = at.plusSeconds(3);
    }
    return new ScenarioSpec(
        "rolling-restart",
        "each service is restarted in turn",
        RATE,
        Duration.ofSeconds(12),
        0,
        acts);
  }

  private static ScenarioSpec deliveryLimit() {
    return new ScenarioSpec(
        "delivery-limit",
        "inventory crashes more often than a quorum queue delivers, its database locked",
        RATE,
        LENGTH,
        0,
        400,
        List.of(
            new Step(
                Duration.ZERO,
                LENGTH,
                new PermanentFault(
                    new EnvironmentFault.DeliveryLimit(Topology.ORDER_PLACED, DELIVERIES))),
            act(
                Duration.ofSeconds(1),
                Duration.ofSeconds(8),
                new EnvironmentFault.CrashLoop(ServiceName.INVENTORY, DELIVERIES + 1))));
  }

  private ScenarioSpec fullDeadLetterQueue() {
    String name = "dlq-full";
    return new ScenarioSpec(
        name,
        "the dead-letter queue takes no more while poison comes among the orders",
        RATE,
        LENGTH.plusSeconds(2),
        0,
        List.of(
            new Step(
                Duration.ofSeconds(1), LENGTH, new FullDeadLetterQueue(Scenario.ids(run, name))),
            new Step(
                Duration.ofSeconds(2),
                LENGTH.minusSeconds(1),
                new PoisonInjector(
                    run + "-full", false, Duration.ofMillis(100), new Random(seed)))));
  }

  /** The store has to fill up its write-ahead log first, which is written over again and again. */
  private static ScenarioSpec storeFull() {
    return new ScenarioSpec(
        "store-full",
        "the order service's disk is full",
        Rate.perSecond(400),
        Duration.ofSeconds(12),
        0,
        List.of(
            act(FROM, Duration.ofSeconds(8), new EnvironmentFault.StoreFull(ServiceName.ORDER))));
  }

  /** What stands still for 15 s is told to be stuck. */
  private static ScenarioSpec diskFrozen() {
    return new ScenarioSpec(
        "disk-frozen",
        "writes to the order service's disk hang for 20 s",
        RATE,
        Duration.ofSeconds(30),
        0,
        List.of(
            act(
                FROM,
                Duration.ofSeconds(23),
                new EnvironmentFault.StoreFrozen(ServiceName.ORDER))));
  }

  private static ScenarioSpec queueUnbound() {
    return new ScenarioSpec(
        "queue-unbound",
        "the queue of notifications loses its binding while notification is away",
        RATE,
        LENGTH,
        0,
        List.of(new Step(Duration.ofSeconds(2), Duration.ofSeconds(8), new UnboundQueue())));
  }

  private ScenarioSpec duplicate(Clock clock) {
    return new ScenarioSpec(
        "duplicate",
        "an order comes twice, and again after inventory was restarted",
        RATE,
        Duration.ofSeconds(5),
        0,
        List.of(
            new Step(
                Duration.ofSeconds(1),
                Duration.ofSeconds(4),
                new DuplicateOrder(run + "-dup", clock)),
            act(
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                new EnvironmentFault.Stopped(ServiceName.INVENTORY))));
  }

  private ScenarioSpec poison() {
    return new ScenarioSpec(
        "poison",
        "messages that are no orders come among them",
        RATE,
        Duration.ofSeconds(4),
        0,
        List.of(
            new Step(
                Duration.ofSeconds(1), Duration.ofSeconds(2), new AllPoisonKinds(run + "-each"))));
  }

  private static ScenarioSpec backlog() {
    return new ScenarioSpec(
        "backlog",
        "orders keep coming while inventory is away",
        RATE,
        Duration.ofSeconds(14),
        0,
        400,
        List.of(
            act(
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                new EnvironmentFault.Stopped(ServiceName.INVENTORY))));
  }

  private static ScenarioSpec originalBacklog() {
    return new ScenarioSpec(
        "backlog",
        "an order a second for 90 s, inventory away for 60 s",
        Rate.perSecond(1),
        Duration.ofSeconds(90),
        0,
        30,
        List.of(
            act(
                Duration.ofSeconds(10),
                Duration.ofSeconds(70),
                new EnvironmentFault.Stopped(ServiceName.INVENTORY))));
  }

  private static ScenarioSpec calm(String name, String purpose, long stock) {
    return new ScenarioSpec(name, purpose, RATE, Duration.ofSeconds(5), stock, List.of());
  }

  private static ScenarioSpec one(String name, String purpose, EnvironmentFault fault) {
    return new ScenarioSpec(name, purpose, RATE, LENGTH, 0, List.of(act(FROM, UNTIL, fault)));
  }

  private static ScenarioSpec enduring(String name, String purpose, EnvironmentFault fault) {
    return new ScenarioSpec(
        name,
        purpose,
        RATE,
        BEYOND_HEARTBEAT.plusSeconds(8),
        0,
        List.of(act(FROM, FROM.plus(BEYOND_HEARTBEAT), fault)));
  }

  private static Step act(Duration from, Duration until, EnvironmentFault fault) {
    return new Step(from, until, Fault.of(fault));
  }

  private void add(ScenarioSpec script) {
    scenarios.put(script.name(), new Scenario(script, run));
  }

  /** Every name, in order. */
  public List<String> names() {
    return List.copyOf(scenarios.keySet());
  }

  /** The three that the original flow was tested by. */
  public List<Scenario> original() {
    return named(ORIGINAL);
  }

  /** Those that are played when none is named. */
  public List<Scenario> defaults() {
    return named(DEFAULT);
  }

  public List<Scenario> all() {
    return List.copyOf(scenarios.values());
  }

  /**
   * @throws IllegalArgumentException naming what there is, when a name is unknown
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
