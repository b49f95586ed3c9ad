package orderflow.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import orderflow.event.EventCodec;
import orderflow.event.InventoryOutcome;
import orderflow.event.InventoryOutcome.Status;
import orderflow.event.OrderPlaced;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import orderflow.messaging.Topology;
import orderflow.store.Schema;
import orderflow.store.SqliteStore;
import orderflow.store.Store;
import orderflow.store.Store.Durability;
import orderflow.testing.FaultyStore;
import orderflow.testing.ScriptedBroker;
import orderflow.testing.ScriptedPublisher;
import orderflow.testing.SteppingClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A relay between a store with faults and a scripted broker. */
@Timeout(60)
abstract class RelayFixture {
  static final String DEAD_LETTERS = Topology.deadLetterQueue(Topology.ORDER_PLACED);
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder;

  final ScriptedBroker broker = new ScriptedBroker();
  final Outbox outbox = new Outbox();
  Lane lane = outbox.events();
  final SteppingClock clock = new SteppingClock();
  Store real;
  FaultyStore store;
  ScriptedPublisher publisher;
  Relay relay;

  @BeforeEach
  void start() {
    real =
        SqliteStore.open(
            folder.resolve("db"),
            Schema.of(List.of(Outbox.SCHEMA, Outbox.PUBLISHED_SCHEMA))
                .then(Outbox.CONFIRMED_SCHEMA)
                .then(Outbox.LANES_SCHEMA));
    store = new FaultyStore(real);
    connect(broker.publisher());
  }

  @AfterEach
  void stop() {
    real.close();
  }

  final void connect(ScriptedPublisher next) {
    publisher = next;
    relay = new Relay(store, lane, next, clock, nanos -> {});
  }

  static void assertImpaired(String why, StepResult step) {
    assertEquals(why, assertInstanceOf(StepResult.Impaired.class, step).reason());
  }

  static InventoryOutcome outcome(String id, Status status) {
    return new InventoryOutcome(id, status, "u", "widget", 1, null);
  }

  void append(InventoryOutcome outcome) {
    real.write(Durability.SYNCED, tx -> outbox.append(tx, Message.of(outcome, NOW, "test"), NOW));
  }

  void appendDeadLetters(int first, int last) {
    real.write(
        Durability.SYNCED,
        tx -> {
          for (int i = first; i <= last; i++) {
            outbox.append(tx, deadLetter(i), NOW);
          }
          return last;
        });
  }

  static Message deadLetter(int number) {
    return new Message(
        "", DEAD_LETTERS, MessageProperties.none(), String.valueOf(number).getBytes(UTF_8));
  }

  List<String> deadLetters() {
    return broker.waiting(DEAD_LETTERS).stream()
        .map(message -> new String(message.body(), UTF_8))
        .toList();
  }

  void confirm(long first, long last) {
    LongStream.rangeClosed(first, last).forEach(publisher::confirm);
  }

  void publishAll() throws InterruptedException {
    for (int i = 0; i < 10 && !entries().isEmpty(); i++) {
      relay.step();
    }
  }

  void append(int count) {
    real.write(
        Durability.SYNCED,
        tx -> {
          for (int i = 1; i <= count; i++) {
            outbox.append(tx, Message.of(order("o-" + i), NOW, "test"), NOW);
          }
          return count;
        });
  }

  static OrderPlaced order(String id) {
    return new OrderPlaced(id, "widget", 1, "u");
  }

  List<Long> entries() {
    return real.read(tx -> lane.read(tx, 0, 100_000, Long.MAX_VALUE)).stream()
        .map(Lane.Entry::id)
        .toList();
  }

  List<String> arrived() {
    List<String> ids = new ArrayList<>();
    for (Message message : broker.waiting(Topology.ORDER_PLACED)) {
      ids.add(EventCodec.decodeOrderPlaced(message.body()).orderId());
    }
    return ids;
  }
}
