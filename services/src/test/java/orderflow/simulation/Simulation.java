package orderflow.simulation;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import orderflow.delivery.BatchConsumer;
import orderflow.delivery.ConsumerMetrics;
import orderflow.delivery.Handler;
import orderflow.delivery.Lane;
import orderflow.delivery.Outbox;
import orderflow.delivery.Signal;
import orderflow.delivery.StepResult;
import orderflow.delivery.WorkLoop;
import orderflow.event.Event;
import orderflow.event.EventCodec;
import orderflow.event.OrderPlaced;
import orderflow.inventory.InventoryTestDriver;
import orderflow.messaging.Broker;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import orderflow.messaging.Topology;
import orderflow.notification.NotificationTestDriver;
import orderflow.order.OrderTestDriver;
import orderflow.store.MemoryStore;
import orderflow.store.Store;
import orderflow.store.Store.Durability;
import orderflow.store.StoreException;
import orderflow.store.StoreException.Kind;
import orderflow.testing.Amqp;
import orderflow.testing.SteppingClock;
import org.slf4j.helpers.NOPLogger;

/**
 * One run of three services, a broker, clients and an operator who replays dead letters: first with
 * faults, then without until the flow is idle; then the checker compares the records.
 */
final class Simulation {
  private static final int TROUBLED_STEPS = 500;
  private static final int CALM_STEPS = 40_000;

  /** The highest limit for an outbox, where there is one. */
  private static final int MOST_WAITING = 16;

  /** The number of crashes that may be attributed to a message that did not cause them. */
  private static final int MANY_ENDS = 4;

  private static final long STEP_NANOS = 20_000_000;
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(30);
  private static final Map<String, Long> STOCK = Map.of("scarce", 12L, "rare", 3L);

  private final SimulatedChance chance;
  private final PlantedFault planted;
  private final SimulationStores stores;
  private final SimulationHistory history = new SimulationHistory();
  private final SteppingClock clock = new SteppingClock();
  private final MeterRegistry metrics = new CompositeMeterRegistry();
  private final SimulatedBroker broker;
  private final List<SimulatedService> order;
  private final List<SimulatedService> inventory;
  private final List<SimulatedService> notification;
  private final SimulatedService operator;
  private final SimulatedClients clients;
  private Outbox orderOutbox = new Outbox();
  private final long acceptLimit;
  private final long consumerLimit;
  private int edited;

  /**
   * How a run went.
   *
   * @param violations of a guarantee, each in a line; none is right
   * @param faults how often each happened
   * @param paths how often it reached rare paths
   * @param trace the steps of the run, if requested
   */
  record Result(
      long seed,
      List<String> violations,
      int steps,
      int orders,
      Map<SimulatedFault, Integer> faults,
      Map<String, Integer> paths,
      List<String> trace) {}

  private Simulation(long seed, PlantedFault planted, SimulationStores stores, boolean tracing) {
    this.chance = new SimulatedChance(seed, tracing);
    this.planted = planted;
    this.stores = stores;
    this.broker = new SimulatedBroker(chance, history);
    this.acceptLimit = chance.oneIn(3) ? 1 + chance.below(MOST_WAITING) : Long.MAX_VALUE;
    this.consumerLimit = chance.oneIn(3) ? 1 + chance.below(MOST_WAITING) : Long.MAX_VALUE;
    var orderStore = new SimulatedStore(stores.order(), chance, history);
    var inventoryStore = new SimulatedStore(stores.inventory(), chance, history);
    var notificationStore = new SimulatedStore(stores.notification(), chance, history);
    this.order = instances("order", orderStore, link -> orderProcess(orderStore, link));
    this.inventory =
        instances("inventory", inventoryStore, link -> inventoryProcess(inventoryStore, link));
    this.notification =
        instances(
            "notification",
            notificationStore,
            link -> notificationProcess(notificationStore, link));
    this.operator =
        new SimulatedService(
            "operator", broker, chance, () -> {}, link -> List.of(() -> replay(link)));
    this.clients =
        new SimulatedClients(
            chance, history, broker, (orders, responses) -> post(orderStore, orders, responses));
  }

  /** Runs {@code seed} to its end; {@code stores} are emptied first. */
  static Result run(long seed, PlantedFault planted, SimulationStores stores, boolean tracing)
      throws InterruptedException {
    stores.clear();
    return new Simulation(seed, planted, stores, tracing).run(seed);
  }

  private Result run(long seed) throws InterruptedException {
    List<String> violations = new ArrayList<>();
    try {
      violations.addAll(check());
    } catch (RuntimeException | AssertionError e) {
      violations.add("unexpected: " + e + " at " + List.of(e.getStackTrace()).getFirst());
      violations.addAll(history.violations());
    }
    return new Result(
        seed,
        violations,
        chance.steps(),
        history.placed().size(),
        chance.counts(),
        chance.paths(),
        chance.trace());
  }

  private List<String> check() throws InterruptedException {
    stores
        .inventory()
        .write(
            Durability.SYNCED,
            tx -> {
              STOCK.forEach((item, level) -> InventoryTestDriver.setAvailable(tx, item, level));
              return STOCK.size();
            });
    for (int i = 0; i < TROUBLED_STEPS; i++) {
      chance.step();
      trouble();
    }
    chance.calmDown();
    operator.stop();
    List<String> violations = new ArrayList<>();
    if (!comeToRest()) {
      violations.add("stuck: not at rest after " + CALM_STEPS + " steps: " + unrest());
    }
    violations.addAll(new SimulationChecker(history, broker.queues(), records()).violations());
    return violations;
  }

  private void trouble() throws InterruptedException {
    if (chance.strikes(SimulatedFault.CLOCK_JUMP)) {
      clock.set(Duration.ofSeconds(chance.below(7_200) - 3_600L));
    }
    clock.advance(Duration.ofMillis(chance.below(50)));
    switch (chance.below(20)) {
      case 0, 1 -> clients.step();
      case 2 -> clients.disturb();
      case 3 -> operator.step();
      case 4, 5, 6 -> chance.oneOf(order).step();
      case 7, 8, 9, 10 -> chance.oneOf(inventory).step();
      case 11, 12, 13 -> chance.oneOf(notification).step();
      default -> broker.move();
    }
  }

  /** Whether the flow becomes idle. */
  private boolean comeToRest() throws InterruptedException {
    while (!order.getFirst().isUp()) {
      chance.oneOf(order).step();
    }
    clients.postAll();
    for (int i = 0; i < CALM_STEPS; i++) {
      chance.step();
      clock.advance(Duration.ofSeconds(10));
      broker.noticeAll();
      broker.move();
      chance.oneOf(order).step();
      chance.oneOf(inventory).step();
      chance.oneOf(notification).step();
      if (i % 50 == 49 && unrest().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private List<String> unrest() {
    List<String> unrest = new ArrayList<>();
    for (String queue : Topology.QUEUES) {
      if (!broker.queues().queue(queue).isEmpty()) {
        unrest.add(queue);
      }
    }
    if (broker.isBusy()) {
      unrest.add("unacknowledged or unconfirmed");
    }
    for (MemoryStore store : List.of(stores.order(), stores.inventory(), stores.notification())) {
      if (count(store, "outbox") + count(store, "dead_letter_outbox") > 0) {
        unrest.add("an outbox");
      }
    }
    if (count(stores.notification(), "unsent") > 0) {
      unrest.add("notifications");
    }
    return unrest;
  }

  /** How many rows there are in a table. */
  static long count(Store store, String table) {
    return store
        .read(tx -> tx.query("SELECT count(*) FROM " + table, row -> row.number(1)))
        .getFirst();
  }

  private SimulationChecker.StoredState records() {
    int ends = chance.counts(SimulatedFault.CRASH) + chance.counts(SimulatedFault.POWER_CUT);
    return new SimulationChecker.StoredState(
        stores.order().read(OrderTestDriver::orders),
        stores.order().read(OrderTestDriver::outcomes),
        stores.inventory().read(InventoryTestDriver::decisions),
        stores.inventory().read(InventoryTestDriver::stock),
        STOCK,
        stores.notification().read(NotificationTestDriver::notifications),
        shared(),
        chance.counts(SimulatedFault.REFUSED) > 0 || ends > MANY_ENDS);
  }

  private Set<String> shared() {
    Set<String> queues = new HashSet<>();
    Map.of(
            Topology.ORDER_OUTCOME, order,
            Topology.ORDER_PLACED, inventory,
            Topology.INVENTORY_RESERVED, notification)
        .forEach((queue, instances) -> {
          if (instances.size() > 1) {
            queues.add(queue);
          }
        });
    return queues;
  }

  /** One instance, or two that share a store. */
  private List<SimulatedService> instances(
      String name, SimulatedStore store, Function<Broker, List<Supplier<WorkLoop>>> process) {
    List<SimulatedService> instances = new ArrayList<>();
    int count = chance.oneIn(3) ? 2 : 1;
    for (int i = 1; i <= count; i++) {
      instances.add(new SimulatedService(name + i, broker, chance, store::cutPower, process));
    }
    return instances;
  }

  private void post(
      SimulatedStore store, List<OrderPlaced> orders, OrderTestDriver.Responses responses) {
    if (!order.getFirst().isUp()) {
      throw new StoreException(Kind.UNAVAILABLE, "the service is down");
    }
    var judged =
        new CheckedResponses(history, chance, store.memory(), acceptLimit, orders, responses);
    order
        .getFirst()
        .within(() ->
            OrderTestDriver.accept(
                planted.store(store),
                orderOutbox,
                acceptLimit,
                clock,
                orders,
                planted.responses(judged)));
  }

  private List<Supplier<WorkLoop>> orderProcess(SimulatedStore store, Broker link) {
    Store used = planted.store(store);
    orderOutbox = new Outbox();
    return List.of(
        relay(used, orderOutbox.events(), link),
        relay(used, orderOutbox.deadLetters(), link),
        consumer(used, orderOutbox, OrderTestDriver.outcomeHandler(), link));
  }

  private List<Supplier<WorkLoop>> inventoryProcess(SimulatedStore store, Broker link) {
    Store used = planted.store(store);
    var outbox = new Outbox();
    return List.of(
        relay(used, outbox.events(), link),
        relay(used, outbox.deadLetters(), link),
        consumer(used, outbox, planted.inventory(InventoryTestDriver.orders(outbox)), link));
  }

  private List<Supplier<WorkLoop>> notificationProcess(SimulatedStore store, Broker link) {
    Store used = planted.store(store);
    var outbox = new Outbox();
    var recorded = new Signal();
    return List.of(
        relay(used, outbox.deadLetters(), link),
        consumer(
            used,
            outbox,
            planted.notification(NotificationTestDriver.reservedHandler(recorded)),
            link),
        () -> sender(used, recorded));
  }

  private Supplier<WorkLoop> relay(Store store, Lane lane, Broker link) {
    return () ->
        new Wakeful(
            planted.relay(store, lane, link.openPublisher(CONFIRM_TIMEOUT), clock),
            lane.appended()::raise);
  }

  private <E extends Event> Supplier<WorkLoop> consumer(
      Store store, Outbox outbox, Handler<E> handler, Broker link) {
    return () ->
        new BatchConsumer<>(
            new BoundedSubscription(
                planted.subscription(link.subscribe(handler.queue(), BatchConsumer.PREFETCH)),
                memoryOf(handler.queue()),
                consumerLimit,
                history),
            store,
            outbox,
            handler,
            ConsumerMetrics.NONE,
            planted.outboxLimit(consumerLimit),
            clock,
            () -> chance.steps() * STEP_NANOS,
            NOPLogger.NOP_LOGGER);
  }

  private MemoryStore memoryOf(String queue) {
    return switch (queue) {
      case Topology.ORDER_PLACED -> stores.inventory();
      case Topology.INVENTORY_RESERVED -> stores.notification();
      default -> stores.order();
    };
  }

  private WorkLoop sender(Store store, Signal recorded) {
    var notificationLog = new NotificationLog(chance, history, stores.notification());
    return new Wakeful(
        NotificationTestDriver.sender(
            notificationLog.watched(store),
            recorded,
            planted.notifier(notificationLog::send),
            clock,
            clock::nanoTime,
            chance.random(),
            metrics),
        recorded::raise);
  }

  private WorkLoop replay(Broker link) {
    String deadLetters = Topology.deadLetterQueue(chance.oneOf(Topology.QUEUES));
    return planted.replay(
        link.subscribe(deadLetters, BatchConsumer.PREFETCH),
        () -> link.openPublisher(CONFIRM_TIMEOUT),
        this::choose);
  }

  /** Leaves the dead letter in its queue, or replays it unchanged or edited. */
  private Optional<Message> choose(Delivery deadLetter) {
    Message message = DeadLetter.replay(deadLetter);
    return switch (chance.below(4)) {
      case 0 -> Optional.of(unchanged(deadLetter, message));
      case 1 ->
          deadLetter.queue().equals(Topology.deadLetterQueue(Topology.ORDER_PLACED))
              ? Optional.of(edit(deadLetter, message))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** A message that was edited before is replayed in its edited form. */
  private static Message unchanged(Delivery deadLetter, Message message) {
    return message.properties().header(SimulationHistory.EDITED) == null
        ? message
        : new Message(
            message.exchange(),
            message.routingKey(),
            Amqp.with(
                message.properties(),
                SimulationHistory.EDITED,
                SimulationHistory.text(deadLetter.body())),
            deadLetter.body());
  }

  private Message edit(Delivery deadLetter, Message message) {
    var order = new OrderPlaced("mended-" + edited++, "widget", 1, "u1");
    history.foreign(order);
    return new Message(
        message.exchange(),
        message.routingKey(),
        Amqp.with(
            message.properties(),
            SimulationHistory.EDITED,
            SimulationHistory.text(deadLetter.body())),
        EventCodec.encode(order));
  }

  /** A session that never waits for its signal. */
  private record Wakeful(WorkLoop session, Runnable wake) implements WorkLoop {
    @Override
    public StepResult step() throws InterruptedException {
      wake.run();
      return session.step();
    }

    @Override
    public void drain(Duration limit) throws InterruptedException {
      session.drain(limit);
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
