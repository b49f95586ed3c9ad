package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import orderflow.cli.load.OrderIds;
import orderflow.cli.prove.check.ObservedState;
import orderflow.cli.prove.check.OrderCounts;
import orderflow.cli.prove.probe.OutcomeRecorder;
import orderflow.cli.prove.scenario.Fault.LossWindow;
import orderflow.event.Event.Type;
import orderflow.event.EventCodec;
import orderflow.event.InvalidEventException;
import orderflow.messaging.Delivery;
import orderflow.messaging.MessagingException;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Listens on a durable queue of its own to all that is published to both exchanges, through
 * restarts of the broker, and counts what was published about each order. What was resent has the
 * same identity and counts once. Some twenty bytes an order. Thread-safe.
 */
public final class EventRecorder implements AutoCloseable {
  private static final int PREFETCH = 1_000;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final RabbitBroker broker;
  private final String queue;
  private final OrderIds ids;
  private final Thread thread;
  private volatile boolean closing;
  private final RecordedEvents placed = new RecordedEvents();
  private final RecordedEvents outcomes = new RecordedEvents();
  private final long startNanos = System.nanoTime();
  private long lastHeardNanos = startNanos;

  /**
   * One kind of event: of each order the first one's identity, as a hash, and when it came, and how
   * many others.
   */
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

  private EventRecorder(RabbitBroker broker, OrderIds ids) {
    this.broker = broker;
    this.ids = ids;
    this.queue = "orderflow_verify_" + ids.run();
    this.thread = Thread.ofPlatform().name("witness").daemon().unstarted(this::run);
  }

  /**
   * Hears everything that is published from now on about orders with these {@code ids}.
   *
   * @throws MessagingException when the broker is not reachable
   */
  public static EventRecorder of(RabbitBroker broker, OrderIds ids) {
    var witness = new EventRecorder(broker, ids);
    for (Type type : Type.values()) {
      broker.declareTap(witness.queue, type.exchange(), List.of(type.routingKey()));
    }
    witness.thread.start();
    return witness;
  }

  private void run() {
    Subscription subscription = null;
    try {
      while (!closing) {
        subscription = listen(subscription);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (subscription != null) {
        subscription.close();
      }
    }
  }

  private @Nullable Subscription listen(@Nullable Subscription open) throws InterruptedException {
    Subscription subscription = open;
    try {
      if (subscription == null) {
        subscription = broker.subscribe(queue, PREFETCH);
      }
      List<Delivery> batch = subscription.poll(PREFETCH, POLL);
      if (!batch.isEmpty()) {
        batch.forEach(this::hear);
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

  private synchronized void hear(Delivery delivery) {
    lastHeardNanos = System.nanoTime();
    boolean isOrder = delivery.exchange().equals(Type.ORDER_PLACED.exchange());
    try {
      String orderId =
          isOrder
              ? EventCodec.decodeOrderPlaced(delivery.body()).orderId()
              : EventCodec.decodeOutcome(delivery.body()).orderId();
      int order = ids.numberOf(orderId);
      if (order >= 0) {
        int millis = (int) Duration.ofNanos(lastHeardNanos - startNanos).toMillis();
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

  /**
   * Tells all it heard, once nothing more comes.
   *
   * @param gaps in which the event of an outcome could miss the queue of notifications
   */
  public void addTo(ObservedState evidence, List<LossWindow> gaps) throws InterruptedException {
    long start = System.nanoTime();
    while (System.nanoTime() - lastHeard() < QUIET.toNanos()
        && System.nanoTime() - start < LONGEST.toNanos()) {
      Thread.sleep(POLL);
    }
    synchronized (this) {
      int size = Math.max(placed.count.size(), outcomes.count.size());
      for (int order = 0; order < size; order++) {
        evidence.addEvents(order, placed.count.get(order), outcomes.count.get(order));
        if (isDecidedIn(gaps, order)) {
          evidence.excuseNotification(order);
        }
      }
    }
  }

  /** Whether the order's first outcome was heard in one of the gaps. */
  synchronized boolean isDecidedIn(List<LossWindow> gaps, int order) {
    if (gaps.isEmpty() || outcomes.count.get(order) == 0) {
      return false;
    }
    long nanos = startNanos + Duration.ofMillis(outcomes.millis[order]).toNanos();
    return gaps.stream().anyMatch(gap -> gap.contains(nanos));
  }

  private synchronized long lastHeard() {
    return lastHeardNanos;
  }

  @Override
  public void close() {
    closing = true;
    try {
      thread.join(Duration.ofSeconds(5));
      broker.deleteQueue(queue);
    } catch (MessagingException e) {
      // a queue too many, on a broker that is gone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
