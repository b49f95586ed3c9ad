package orderflow.order;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import orderflow.delivery.Activity;
import orderflow.delivery.Outbox;
import orderflow.delivery.Worker;
import orderflow.event.OrderPlaced;
import orderflow.order.OrderAcceptor.Decision;
import orderflow.store.Store;
import orderflow.store.StoreException;
import orderflow.store.StoreException.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets concurrent requests share one transaction and one fsync: while a batch commits, the next one
 * collects. Bounded: when it is full, a request is refused at once. After a failure it is not ready
 * until a commit has succeeded, if need be one for that purpose alone. Thread-safe.
 */
final class GroupCommit implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("OrderService");
  private static final int MAX_WAITING = 4_096;
  private static final int MAX_BATCH = 512;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
  private static final Duration IDLE_WAIT = Duration.ofMillis(250);

  private final Store store;
  private final OrderBatchWriter commits;
  private final MeterRegistry metrics;
  private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(MAX_WAITING);
  private final Thread thread;
  private final Worker.ReadinessCheck condition;
  private final OutageLogger outages = new OutageLogger(LOG, System::nanoTime);
  private final Activity activity;
  private volatile boolean closing;
  private boolean failed;

  private record Waiting(OrderPlaced order, CompletableFuture<Decision> decision)
      implements OrderBatchWriter.Request {
    @Override
    public void decided(Decision decided) {
      decision.complete(decided);
    }

    @Override
    public void failed(Throwable why) {
      decision.completeExceptionally(why);
    }
  }

  GroupCommit(
      Store store,
      Outbox outbox,
      OrderAcceptor acceptance,
      Clock clock,
      MeterRegistry metrics,
      Worker.ReadinessCheck condition) {
    this(store, outbox, acceptance, clock, metrics, condition, new Activity(System::nanoTime));
  }

  GroupCommit(
      Store store,
      Outbox outbox,
      OrderAcceptor acceptance,
      Clock clock,
      MeterRegistry metrics,
      Worker.ReadinessCheck condition,
      Activity activity) {
    this.store = store;
    this.commits = new OrderBatchWriter(store, outbox, acceptance, clock);
    this.metrics = metrics;
    this.condition = condition;
    this.activity = activity;
    condition.watch(activity);
    condition.up();
    this.thread = Thread.ofPlatform().name("order-commit").daemon().start(this::run);
  }

  /**
   * The decision once it is durable; it fails with a {@link StoreException} when the store did, and
   * then nobody knows whether the order was recorded. {@link Decision#OVERLOADED} at once when too
   * many wait already. While a commit hangs, no order is taken.
   */
  CompletableFuture<Decision> submit(OrderPlaced order) {
    Optional<String> stuck = activity.stuck();
    if (stuck.isPresent()) {
      return CompletableFuture.failedFuture(new StoreException(Kind.BUSY, stuck.get()));
    }
    var waiting = new Waiting(order, new CompletableFuture<>());
    // Looked at again afterwards: what joins the queue behind the last batch is never answered.
    if (closing || !queue.offer(waiting) || (closing && queue.remove(waiting))) {
      waiting.decision().complete(Decision.OVERLOADED);
    }
    return waiting.decision();
  }

  private void run() {
    List<Waiting> batch = new ArrayList<>(MAX_BATCH);
    try {
      while (!closing || !queue.isEmpty()) {
        Waiting first = queue.poll(IDLE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, MAX_BATCH - 1);
          activity.begin("committing orders");
          commit(batch);
          batch.clear();
        } else if (failed) {
          activity.begin("trying a commit");
          probe();
        } else {
          activity.begin("checking the store");
          check();
        }
        activity.end();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) { // not even the failure could be dealt with
      LOG.error("No more orders are taken until a restart", e);
    } finally {
      end(batch);
    }
  }

  /** Survives an Error too: one order that is too much for the heap must not end the service. */
  private void commit(List<Waiting> batch) {
    try {
      List<Decision> decisions = commits.commit(batch);
      succeeded();
      for (Decision decision : decisions) {
        count(decision.name().toLowerCase(Locale.ROOT), 1);
      }
    } catch (Throwable e) {
      failed(e);
      count("store_failed", batch.size());
    }
  }

  /** Nobody sends orders to a service that is not ready, so it has to find out by itself. */
  private void probe() {
    try {
      store.probe();
      succeeded();
    } catch (Throwable e) {
      failed(e);
    }
  }

  private void check() {
    try {
      store.check();
      outages.works();
    } catch (Throwable e) {
      failed(e);
    }
  }

  private void succeeded() {
    failed = false;
    condition.up();
    outages.works();
  }

  private void failed(Throwable e) {
    String why =
        switch (e) {
          case StoreException failure -> failure.detail();
          default -> "unexpected failure: " + e.getClass().getSimpleName();
        };
    outages.failed(why, e);
    failed = true;
    condition.down(why);
  }

  /** However the thread ends: it must not look ready then, and nobody may wait for it. */
  private void end(List<Waiting> batch) {
    closing = true;
    activity.end();
    condition.down("stopped");
    for (Waiting waiting : batch) {
      waiting
          .decision()
          .completeExceptionally(new StoreException(Kind.UNAVAILABLE, "the service stops"));
    }
    for (Waiting late = queue.poll(); late != null; late = queue.poll()) {
      late.decision().complete(Decision.OVERLOADED);
    }
  }

  private void count(String result, int orders) {
    Counter.builder("orderflow.orders")
        .description("Orders that were posted, by what was answered")
        .tag("result", result)
        .register(metrics)
        .increment(orders);
  }

  /** Refuses what comes from now on and finishes what waits. */
  @Override
  public void close() {
    closing = true;
    try {
      if (!thread.join(CLOSE_LIMIT)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
