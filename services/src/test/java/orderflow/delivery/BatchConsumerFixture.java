package orderflow.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import orderflow.event.EventCodec;
import orderflow.event.OrderPlaced;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import orderflow.messaging.Subscription;
import orderflow.messaging.Topology;
import orderflow.store.Schema;
import orderflow.store.SqliteStore;
import orderflow.store.Store;
import orderflow.testing.Amqp;
import orderflow.testing.FaultyStore;
import orderflow.testing.ScriptedBroker;
import orderflow.testing.ScriptedSubscription;
import orderflow.testing.SimulatedCrash;
import orderflow.testing.SteppingClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A consumer on a scripted broker and a store with faults. */
abstract class BatchConsumerFixture {
  static final String QUEUE = Topology.ORDER_PLACED;
  static final int OUTBOX_LIMIT = 100;

  @TempDir Path folder;

  final ScriptedBroker broker = new ScriptedBroker();
  final Outbox outbox = new Outbox();
  final RecordingHandler handler = new RecordingHandler();
  final SteppingClock clock = new SteppingClock();
  Store real;
  FaultyStore store;
  ScriptedSubscription subscription;
  BatchConsumer<OrderPlaced> consumer;

  @BeforeEach
  void start() {
    real =
        SqliteStore.open(
            folder.resolve("db"),
            Schema.of(
                List.of(
                    Outbox.SCHEMA,
                    Outbox.LANES_SCHEMA,
                    CrashSuspects.SCHEMA,
                    ReplayLog.SCHEMA,
                    RecordingHandler.SCHEMA)));
    store = new FaultyStore(real);
    connect();
  }

  @AfterEach
  void stop() {
    real.close();
  }

  final void connect() {
    subscription = broker.subscription(QUEUE);
    consumer = consumer(subscription);
  }

  final BatchConsumer<OrderPlaced> consumer(Subscription messages) {
    return new BatchConsumer<>(
        messages,
        store,
        outbox,
        handler,
        ConsumerMetrics.NONE,
        OUTBOX_LIMIT,
        clock,
        this::nanoTime,
        LoggerFactory.getLogger("Test"));
  }

  long nanoTime() {
    return TimeUnit.MILLISECONDS.toNanos(clock.millis());
  }

  /** Acts like kill -9: closes nothing; unacknowledged messages return to the queue. */
  void crash() {
    assertThrows(SimulatedCrash.class, () -> consumer.step());
    subscription.disconnect();
    connect();
  }

  Map<String, Object> replays(String orderId) {
    return real.read(tx -> ReplayLog.with(tx, orderId, Map.of()));
  }

  static Message replay(OrderPlaced order, String times) {
    return new Message(
        "order_events",
        "order.placed",
        Amqp.with(MessageProperties.none(), DeadLetter.REPLAYS, times),
        EventCodec.encode(order));
  }

  void put(String... orderIds) {
    for (String id : orderIds) {
      broker.put(message(new OrderPlaced(id, "widget", 1, "u")));
    }
  }

  void putPoison() {
    broker.put(
        new Message("order_events", "order.placed", MessageProperties.none(), "x".getBytes(UTF_8)));
  }

  void putPoison(String messageId) {
    MessageProperties properties =
        Amqp.properties(new BasicProperties.Builder().messageId(messageId));
    broker.put(new Message("order_events", "order.placed", properties, "x".getBytes(UTF_8)));
  }

  static Message message(OrderPlaced order) {
    return new Message(
        "order_events", "order.placed", MessageProperties.none(), EventCodec.encode(order));
  }

  void assertWorked() throws InterruptedException {
    assertInstanceOf(StepResult.Worked.class, consumer.step());
  }

  void assertBlocked() throws InterruptedException {
    assertInstanceOf(StepResult.Blocked.class, consumer.step());
  }

  void assertEffects(String... orderIds) {
    assertEquals(List.of(orderIds), real.read(RecordingHandler::effects));
  }

  List<Message> deadLetters() {
    return real.read(tx -> outbox.deadLetters().read(tx, 0, 1_000, Long.MAX_VALUE)).stream()
        .map(Lane.Entry::message)
        .toList();
  }

  List<String> reasons() {
    return deadLetters().stream()
        .map(message -> String.valueOf(message.properties().header(DeadLetter.REASON)))
        .toList();
  }

  List<String> ids() {
    return deadLetters().stream()
        .map(message -> String.valueOf(message.properties().header(DeadLetter.ID)))
        .toList();
  }

  long suspects() {
    return rows("suspects");
  }

  long rows(String table) {
    return real.read(tx -> tx.query("SELECT count(*) FROM " + table, row -> row.number(1)))
        .getFirst();
  }
}
