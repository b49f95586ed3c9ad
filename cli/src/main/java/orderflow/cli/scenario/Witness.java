package orderflow.cli.scenario;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import orderflow.event.Event.Type;
import orderflow.event.EventCodec;
import orderflow.event.InvalidEventException;
import orderflow.messaging.Delivery;
import orderflow.messaging.MessagingException;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Listens on a durable queue of its own to all that inventory publishes, through restarts of the
 * broker, and finds orders with more than one outcome. An outcome that was resent has the same
 * identity and counts once. Thread-safe.
 */
final class Witness implements AutoCloseable {
  private static final int PREFETCH = 1_000;
  private static final Duration POLL = Duration.ofMillis(200);

  private final RabbitBroker broker;
  private final String queue;
  private final String prefix;
  private final Thread thread;
  private volatile boolean closing;

  /** The first outcome of each order, as a hash: a million orders must fit. */
  private final Map<String, Integer> first = new HashMap<>();

  private final Set<String> doubled = new TreeSet<>();
  private long lastHeardNanos = System.nanoTime();

  private Witness(RabbitBroker broker, String prefix) {
    this.broker = broker;
    this.prefix = prefix;
    this.queue = "orderflow_verify_" + prefix;
    this.thread = Thread.ofPlatform().name("witness").daemon().unstarted(this::run);
  }

  /**
   * Hears everything that is published from now on about orders whose ids begin with {@code
   * prefix}.
   *
   * @throws MessagingException when the broker is not reachable
   */
  static Witness of(RabbitBroker broker, String prefix) {
    var witness = new Witness(broker, prefix);
    broker.declareTap(
        witness.queue,
        Type.INVENTORY_RESERVED.exchange(),
        List.of(Type.INVENTORY_RESERVED.routingKey(), Type.INVENTORY_FAILED.routingKey()));
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
        subscription.settle(batch);
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
    try {
      String orderId = EventCodec.decodeOutcome(delivery.body()).orderId();
      if (orderId.startsWith(prefix)) {
        int identity = OutcomeTap.identity(delivery).hashCode();
        Integer before = first.putIfAbsent(orderId, identity);
        if (before != null && before != identity) {
          doubled.add(orderId);
        }
      }
    } catch (InvalidEventException e) {
      // not an outcome, so not an effect
    }
  }

  /** How many orders have an outcome. */
  synchronized long decided() {
    return first.size();
  }

  /** The orders with more than one outcome, once nothing was heard for {@code quiet}. */
  List<String> doubled(Duration quiet) throws InterruptedException {
    while (System.nanoTime() - lastHeard() < quiet.toNanos()) {
      Thread.sleep(POLL);
    }
    synchronized (this) {
      return List.copyOf(doubled);
    }
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
