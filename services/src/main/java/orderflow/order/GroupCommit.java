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
 * Commits concurrent requests in one transaction with one fsync: while a batch commits, the next
 * one collects. Bounded: a full queue refuses requests. After a failure it is not ready until a
 * commit succeeds, if necessary a probe. Thread-safe.
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
  private final Worker.ReadinessCheck check;
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
    public void failed(Throwable failure) {
      decision.completeExceptionally(failure);
    }
  }

  /**
   * @param activity of the committing thread
   */
  GroupCommit(
      Store store,
      Outbox outbox,
      OrderAcceptor acceptor,
      Clock clock,
      MeterRegistry metrics,
      Worker.ReadinessCheck check,
      Activity activity) {
    this.store = store;
    this.commits = new OrderBatchWriter(store, outbox, acceptor, clock);
    this.metrics = metrics;
    this.check = check;
    this.activity = activity;
    check.watch(activity);
    check.up();
    this.thread = Thread.ofPlatform().name("order-commit").daemon().start(this::run);
  }

  /**
   * Returns the decision once it is durable; {@link Decision#OVERLOADED} at once when the queue is
   * full. It fails with a {@link StoreException} when the store fails, and then it is unknown
   * whether the order was recorded; or at once while a commit hangs.
   */
  CompletableFuture<Decision> submit(OrderPlaced order) {
    Optional<String> stuck = activity.stuck();
    if (stuck.isPresent()) {
      return CompletableFuture.failedFuture(new StoreException(Kind.BUSY, stuck.get()));
    }
    var waiting = new Waiting(order, new CompletableFuture<>());
    // Closing is checked again afterwards: a request behind the last batch would never complete.
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
          checkStore();
        }
        activity.end();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      LOG.error("No more orders are taken until a restart", e);
    } finally {
      end(batch);
    }
  }

  /** Survives an Error as well: an order too large for the heap must not end the service. */
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

  /** A service that is not ready gets no orders, so only a probe shows that the store works. */
  private void probe() {
    try {
      store.probe();
      succeeded();
    } catch (Throwable e) {
      failed(e);
    }
  }

  private void checkStore() {
    try {
      store.check();
      outages.works();
    } catch (Throwable e) {
      failed(e);
    }
  }

  private void succeeded() {
    failed = false;
    check.up();
    outages.works();
  }

  private void failed(Throwable e) {
    String reason =
        switch (e) {
          case StoreException failure -> failure.detail();
          default -> "unexpected failure: " + e.getClass().getSimpleName();
        };
    outages.failed(reason, e);
    failed = true;
    check.down(reason);
  }

  /** The service must not look ready without this thread, and no request may wait for it. */
  private void end(List<Waiting> batch) {
    closing = true;
    activity.end();
    check.down("stopped");
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

  /** Refuses new requests and completes those that wait. */
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
