package orderflow.cli.prove.scenario;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import orderflow.cli.load.OrderIds;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.cli.prove.probe.OutcomeRecorder;
import orderflow.cli.prove.scenario.Fault.LossWindow;
import orderflow.event.Event;
import orderflow.event.Event.Type;
import orderflow.event.EventCodec;
import orderflow.event.InvalidEventException;
import orderflow.messaging.Delivery;
import orderflow.messaging.MessagingException;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Records all events on both exchanges in a durable queue of its own, through restarts of the
 * broker, and counts the distinct ones of each order. Some twenty bytes an order. Thread-safe.
 */
final class EventRecorder implements AutoCloseable {
  private static final int PREFETCH = 1_000;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final RabbitBroker broker;
  private final String queue;
  private final OrderIds ids;
  private final HistoryWriter history;
  private final String recorded;
  private final Thread thread;
  private volatile boolean closing;
  private final RecordedEvents placed = new RecordedEvents();
  private final RecordedEvents outcomes = new RecordedEvents();
  private final BitSet reserved = new BitSet();
  private final long startNanos = System.nanoTime();
  private long lastEventNanos = startNanos;

  /** For each order, hash and time of the first event, and how many others there were. */
  private static final class RecordedEvents {
    private int[] first = new int[1_024];
    private int[] millis = new int[1_024];
    private final OrderCounts count = new OrderCounts();
    private long orders;

    void add(int order, String identity, int atMillis) {
      if (order >= first.length) {
        first = Arrays.copyOf(first, Math.max(order + 1, first.length * 2));
        millis = Arrays.copyOf(millis, first.length);
      }
      if (count.get(order) == 0) {
        first[order] = identity.hashCode();
        millis[order] = atMillis;
        count.add(order);
        orders++;
      } else if (first[order] != identity.hashCode()) {
        count.add(order);
      }
    }
  }

  private EventRecorder(RabbitBroker broker, OrderIds ids, HistoryWriter history, String recorded) {
    this.broker = broker;
    this.ids = ids;
    this.history = history;
    this.recorded = recorded;
    this.queue = queue(ids);
    this.thread = Thread.ofPlatform().name("event-recorder").daemon().unstarted(this::run);
  }

  /** The name of its queue. */
  static String queue(OrderIds ids) {
    return "orderflow_verify_" + ids.run();
  }

  /**
   * Records events of the orders with these {@code ids} from now on.
   *
   * @param history gets every message
   * @param recorded text in the messages that it gets; empty for all
   * @throws MessagingException when the broker is not reachable
   */
  static EventRecorder of(
      RabbitBroker broker, OrderIds ids, HistoryWriter history, String recorded) {
    var recorder = new EventRecorder(broker, ids, history, recorded);
    for (Type type : Type.values()) {
      broker.declareTap(recorder.queue, type.exchange(), List.of(type.routingKey()));
    }
    recorder.thread.start();
    return recorder;
  }

  private void run() {
    Subscription subscription = null;
    try {
      while (!closing) {
        subscription = consume(subscription);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (subscription != null) {
        subscription.close();
      }
    }
  }

  /** Returns the subscription to use; null when it must be opened again. */
  private @Nullable Subscription consume(@Nullable Subscription open) throws InterruptedException {
    Subscription subscription = open;
    try {
      if (subscription == null) {
        subscription = broker.subscribe(queue, PREFETCH);
      }
      List<Delivery> batch = subscription.poll(PREFETCH, POLL);
      if (!batch.isEmpty()) {
        for (Delivery delivery : batch) {
          record(delivery);
          if (isRecorded(delivery)) {
            history.add(MessageRecords.received(history.now(), delivery));
          }
        }
        subscription.ackAll(batch);
      }
      return subscription;
    } catch (MessagingException e) {
      if (subscription != null) {
        subscription.close();
      }
      Thread.sleep(POLL);
      return null;
    }
  }

  private boolean isRecorded(Delivery delivery) {
    return String.valueOf(delivery.properties().messageId()).contains(recorded)
        || new String(delivery.body(), StandardCharsets.ISO_8859_1).contains(recorded);
  }

  private synchronized void record(Delivery delivery) {
    lastEventNanos = System.nanoTime();
    boolean isOrder = delivery.exchange().equals(Type.ORDER_PLACED.exchange());
    try {
      Event event =
          isOrder
              ? EventCodec.decodeOrderPlaced(delivery.body())
              : EventCodec.decodeOutcome(delivery.body());
      int order = ids.numberOf(event.orderId());
      if (order >= 0) {
        if (event.type() == Type.INVENTORY_RESERVED) {
          reserved.set(order);
        }
        int millis = (int) Duration.ofNanos(lastEventNanos - startNanos).toMillis();
        (isOrder ? placed : outcomes).add(order, OutcomeRecorder.identity(delivery), millis);
      }
    } catch (InvalidEventException e) {
      // poison has no effect
    }
  }

  /** How many orders have an outcome. */
  synchronized long decided() {
    return outcomes.orders;
  }

  /** Returns once no more events arrive. */
  void awaitQuiet() throws InterruptedException {
    long start = System.nanoTime();
    while (System.nanoTime() - lastEvent() < QUIET.toNanos()
        && System.nanoTime() - start < LONGEST.toNanos()) {
      Thread.sleep(POLL);
    }
  }

  /** Whether the order has an outcome and is reserved. */
  synchronized boolean isReserved(int order) {
    return reserved.get(order);
  }

  /** Whether the order has an outcome. */
  synchronized boolean isDecided(int order) {
    return outcomes.count.get(order) > 0;
  }

  /** Whether the order's first outcome was recorded in one of the {@code windows}. */
  synchronized boolean isDecidedIn(List<LossWindow> windows, int order) {
    if (windows.isEmpty() || outcomes.count.get(order) == 0) {
      return false;
    }
    long nanos = startNanos + Duration.ofMillis(outcomes.millis[order]).toNanos();
    return windows.stream().anyMatch(window -> window.contains(nanos));
  }

  private synchronized long lastEvent() {
    return lastEventNanos;
  }

  @Override
  public void close() {
    closing = true;
    try {
      thread.join(Duration.ofSeconds(5));
      broker.deleteQueue(queue);
    } catch (MessagingException e) {
      // the queue goes with the broker
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
