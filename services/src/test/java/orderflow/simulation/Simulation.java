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
 * One run: three services, a broker, clients and an operator who replays dead letters, for some
 * time with faults, then in peace until all has come to rest, then judged.
 */
final class Simulation {
  private static final int TROUBLED_STEPS = 500;
  private static final int CALM_STEPS = 40_000;

  /** The highest limit for an outbox, where there is one. */
  private static final int MOST_WAITING = 16;

  /** So many ends of a process may be blamed on a message that has nothing to do with them. */
  private static final int MANY_ENDS = 4;

  private static final long STEP_NANOS = 20_000_000;
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(30);
  private static final Map<String, Long> STOCK = Map.of("scarce", 12L, "rare", 3L);

  private final SimulatedChance chaos;
  private final PlantedFault flaw;
  private final SimulationStores stores;
  private final SimulationHistory ledger = new SimulationHistory();
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
   * @param paths how often it came by what is hard to come by
   * @param trace what happened, where it was asked for
   */
  record Result(
      long seed,
      List<String> violations,
      int steps,
      int orders,
      Map<SimulatedFault, Integer> faults,
      Map<String, Integer> paths,
      List<String> trace) {}

  private Simulation(long seed, PlantedFault flaw, SimulationStores stores, boolean tracing) {
    this.chaos = new SimulatedChance(seed, tracing);
    this.flaw = flaw;
    this.stores = stores;
    this.broker = new SimulatedBroker(chaos, ledger);
    this.acceptLimit = chaos.oneIn(3) ? 1 + chaos.below(MOST_WAITING) : Long.MAX_VALUE;
    this.consumerLimit = chaos.oneIn(3) ? 1 + chaos.below(MOST_WAITING) : Long.MAX_VALUE;
    var orderStore = new SimulatedStore(stores.order(), chaos, ledger);
    var inventoryStore = new SimulatedStore(stores.inventory(), chaos, ledger);
    var notificationStore = new SimulatedStore(stores.notification(), chaos, ledger);
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
            "operator", broker, chaos, () -> {}, link -> List.of(() -> replay(link)));
    this.clients =
        new SimulatedClients(
            chaos, ledger, broker, (orders, answers) -> post(orderStore, orders, answers));
  }

  /** Runs {@code seed} to its end; {@code stores} are emptied first. */
  static Result run(long seed, PlantedFault flaw, SimulationStores stores, boolean tracing)
      throws InterruptedException {
    stores.clear();
    return new Simulation(seed, flaw, stores, tracing).run(seed);
  }

  private Result run(long seed) throws InterruptedException {
    List<String> violations = new ArrayList<>();
    try {
      violations.addAll(judged());
    } catch (RuntimeException | AssertionError e) {
      violations.add("unexpected: " + e + " at " + List.of(e.getStackTrace()).getFirst());
      violations.addAll(ledger.violations());
    }
    return new Result(
        seed,
        violations,
        chaos.steps(),
        ledger.placed().size(),
        chaos.counts(),
        chaos.paths(),
        chaos.trace());
  }

  private List<String> judged() throws InterruptedException {
    stores
        .inventory()
        .write(
            Durability.SYNCED,
            tx -> {
              STOCK.forEach((item, level) -> InventoryTestDriver.setAvailable(tx, item, level));
              return STOCK.size();
            });
    for (int i = 0; i < TROUBLED_STEPS; i++) {
      chaos.step();
      trouble();
    }
    chaos.calmDown();
    operator.stop();
    List<String> violations = new ArrayList<>();
    if (!comeToRest()) {
      violations.add("stuck: not at rest after " + CALM_STEPS + " steps: " + unrest());
    }
    violations.addAll(new SimulationChecker(ledger, broker.queues(), records()).violations());
    return violations;
  }

  private void trouble() throws InterruptedException {
    if (chaos.strikes(SimulatedFault.CLOCK_JUMP)) {
      clock.set(Duration.ofSeconds(chaos.below(7_200) - 3_600L));
    }
    clock.advance(Duration.ofMillis(chaos.below(50)));
    switch (chaos.below(20)) {
      case 0, 1 -> clients.step();
      case 2 -> clients.disturb();
      case 3 -> operator.step();
      case 4, 5, 6 -> chaos.oneOf(order).step();
      case 7, 8, 9, 10 -> chaos.oneOf(inventory).step();
      case 11, 12, 13 -> chaos.oneOf(notification).step();
      default -> broker.move();
    }
  }

  /** Whether nothing is left to do. */
  private boolean comeToRest() throws InterruptedException {
    while (!order.getFirst().isUp()) {
      chaos.oneOf(order).step();
    }
    clients.postAll();
    for (int i = 0; i < CALM_STEPS; i++) {
      chaos.step();
      clock.advance(Duration.ofSeconds(10));
      broker.noticeAll();
      broker.move();
      chaos.oneOf(order).step();
      chaos.oneOf(inventory).step();
      chaos.oneOf(notification).step();
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
    int ends = chaos.counts(SimulatedFault.CRASH) + chaos.counts(SimulatedFault.POWER_CUT);
    return new SimulationChecker.StoredState(
        stores.order().read(OrderTestDriver::orders),
        stores.order().read(OrderTestDriver::outcomes),
        stores.inventory().read(InventoryTestDriver::decisions),
        stores.inventory().read(InventoryTestDriver::stock),
        STOCK,
        stores.notification().read(NotificationTestDriver::notifications),
        shared(),
        chaos.counts(SimulatedFault.REFUSED) > 0 || ends > MANY_ENDS);
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
    int count = chaos.oneIn(3) ? 2 : 1;
    for (int i = 1; i <= count; i++) {
      instances.add(new SimulatedService(name + i, broker, chaos, store::cutPower, process));
    }
    return instances;
  }

  private void post(
      SimulatedStore store, List<OrderPlaced> orders, OrderTestDriver.Answers answers) {
    if (!order.getFirst().isUp()) {
      throw new StoreException(Kind.UNAVAILABLE, "nobody listens");
    }
    var judged = new CheckedAnswers(ledger, chaos, store.memory(), acceptLimit, orders, answers);
    order
        .getFirst()
        .within(() ->
            OrderTestDriver.accept(
                flaw.store(store), orderOutbox, acceptLimit, clock, orders, flaw.answers(judged)));
  }

  private List<Supplier<WorkLoop>> orderProcess(SimulatedStore store, Broker link) {
    Store used = flaw.store(store);
    orderOutbox = new Outbox();
    return List.of(
        relay(used, orderOutbox.events(), link),
        relay(used, orderOutbox.deadLetters(), link),
        consumer(used, orderOutbox, OrderTestDriver.follower(), link));
  }

  private List<Supplier<WorkLoop>> inventoryProcess(SimulatedStore store, Broker link) {
    Store used = flaw.store(store);
    var outbox = new Outbox();
    return List.of(
        relay(used, outbox.events(), link),
        relay(used, outbox.deadLetters(), link),
        consumer(used, outbox, flaw.inventory(InventoryTestDriver.orders(outbox)), link));
  }

  private List<Supplier<WorkLoop>> notificationProcess(SimulatedStore store, Broker link) {
    Store used = flaw.store(store);
    var outbox = new Outbox();
    var recorded = new Signal();
    return List.of(
        relay(used, outbox.deadLetters(), link),
        consumer(
            used, outbox, flaw.notification(NotificationTestDriver.reservations(recorded)), link),
        () -> sender(used, recorded));
  }

  private Supplier<WorkLoop> relay(Store store, Lane lane, Broker link) {
    return () ->
        new Wakeful(
            flaw.relay(store, lane, link.openPublisher(CONFIRM_TIMEOUT), clock),
            lane.appended()::raise);
  }

  private <E extends Event> Supplier<WorkLoop> consumer(
      Store store, Outbox outbox, Handler<E> handler, Broker link) {
    return () ->
        new BatchConsumer<>(
            new BoundedSubscription(
                flaw.subscription(link.subscribe(handler.queue(), BatchConsumer.PREFETCH)),
                memoryOf(handler.queue()),
                consumerLimit,
                ledger),
            store,
            outbox,
            handler,
            ConsumerMetrics.NONE,
            flaw.outboxLimit(consumerLimit),
            clock,
            () -> chaos.steps() * STEP_NANOS,
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
    var tellings = new NotificationLog(chaos, ledger, stores.notification());
    return new Wakeful(
        NotificationTestDriver.sender(
            tellings.watched(store),
            recorded,
            flaw.notifier(tellings::send),
            clock,
            clock::nanoTime,
            chaos.random(),
            metrics),
        recorded::raise);
  }

  private WorkLoop replay(Broker link) {
    String letters = Topology.deadLetterQueue(chaos.oneOf(Topology.QUEUES));
    return flaw.replay(
        link.subscribe(letters, BatchConsumer.PREFETCH),
        () -> link.openPublisher(CONFIRM_TIMEOUT),
        this::choose);
  }

  /** Leaves it, sends it back as it was, or mends it. */
  private Optional<Message> choose(Delivery letter) {
    Message message = DeadLetter.replay(letter);
    return switch (chaos.below(4)) {
      case 0 -> Optional.of(unchanged(letter, message));
      case 1 ->
          letter.queue().equals(Topology.deadLetterQueue(Topology.ORDER_PLACED))
              ? Optional.of(mended(letter, message))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** One that was mended before is now sent back as what it has become. */
  private static Message unchanged(Delivery letter, Message message) {
    return message.properties().header(SimulationHistory.EDITED) == null
        ? message
        : new Message(
            message.exchange(),
            message.routingKey(),
            Amqp.with(
                message.properties(),
                SimulationHistory.EDITED,
                SimulationHistory.text(letter.body())),
            letter.body());
  }

  private Message mended(Delivery letter, Message message) {
    var order = new OrderPlaced("mended-" + edited++, "widget", 1, "u1");
    ledger.foreign(order);
    return new Message(
        message.exchange(),
        message.routingKey(),
        Amqp.with(
            message.properties(), SimulationHistory.EDITED, SimulationHistory.text(letter.body())),
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
