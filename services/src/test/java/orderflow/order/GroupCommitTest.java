package orderflow.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import orderflow.delivery.Activity;
import orderflow.delivery.Outbox;
import orderflow.delivery.Worker;
import orderflow.event.OrderPlaced;
import orderflow.order.OrderAcceptor.Decision;
import orderflow.store.Schema;
import orderflow.store.SqliteStore;
import orderflow.store.Store;
import orderflow.store.StoreException;
import orderflow.store.StoreException.Kind;
import orderflow.testing.FaultyStore;
import orderflow.testing.FaultyStore.Fault;
import orderflow.testing.HangingStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class GroupCommitTest {
  @TempDir Path folder;

  private final Outbox outbox = new Outbox();
  private final FragileClock clock = new FragileClock();
  private final Readiness condition = new Readiness();
  private Store real;

  /** Fails once, in the middle of a transaction, on request. */
  private static final class FragileClock extends Clock {
    private volatile @Nullable Error next;

    @Override
    public Instant instant() {
      Error error = next;
      next = null;
      if (error != null) {
        throw error;
      }
      return Instant.EPOCH;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("only UTC");
    }
  }

  /** The reports in order, without repetitions: "up", or the reason. */
  private static final class Readiness implements Worker.ReadinessCheck {
    private final BlockingQueue<String> changes = new LinkedBlockingQueue<>();
    private volatile String last = "";
    private volatile boolean failing;

    @Override
    public void up() {
      add("up");
    }

    @Override
    public void down(String why) {
      if (failing) {
        failing = false;
        throw new StackOverflowError("simulated");
      }
      add(why);
    }

    private void add(String now) {
      if (!now.equals(last)) {
        last = now;
        changes.add(now);
      }
    }

    private String next() throws InterruptedException {
      String change = changes.poll(30, TimeUnit.SECONDS);
      return change == null ? "nothing" : change;
    }
  }

  @BeforeEach
  void start() {
    real =
        SqliteStore.open(
            folder.resolve("db"),
            Schema.of(List.of(Outbox.SCHEMA, OrderTable.SCHEMA)).then(OrderTable.OUTBOX_SCHEMA));
  }

  @AfterEach
  void stop() {
    real.close();
  }

  @Test
  void concurrentRequestsForOneOrderRecordItOnce() throws Exception {
    var start = new CountDownLatch(1);
    List<Future<Decision>> responses = new ArrayList<>();
    try (var commit = open(real);
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 100; i++) {
        responses.add(
            clients.submit(() -> {
              start.await();
              return commit.submit(order("same")).get();
            }));
      }
      start.countDown();
      List<Decision> decisions = new ArrayList<>();
      for (Future<Decision> response : responses) {
        decisions.add(response.get());
      }
      assertEquals(1, Collections.frequency(decisions, Decision.ACCEPTED));
      assertEquals(99, Collections.frequency(decisions, Decision.REPEATED));
    }
    assertEquals(1, count("orders"));
    assertEquals(1, count("outbox"));
  }

  @Test
  void decisionComesAfterTheCommit() throws Exception {
    try (var commit = open(real)) {
      assertEquals(Decision.ACCEPTED, commit.submit(order("a")).get());
      assertEquals(1, count("orders"));
    }
  }

  @Test
  void retryAfterAnUnknownCommitResultIsRepeated() throws Exception {
    try (var commit = open(new FaultyStore(real).onWrite(Fault.COMMIT_RESULT_LOST))) {
      assertThrows(ExecutionException.class, () -> commit.submit(order("a")).get());
      assertEquals(Decision.REPEATED, commit.submit(order("a")).get());
    }
    assertEquals(1, count("outbox"));
  }

  @Test
  void failedStoreIsNotReadyUntilAProbeCommits() throws Exception {
    var faulty = new FaultyStore(real).onWrite(Fault.FULL, Fault.FULL, Fault.BUSY, Fault.FULL);
    try (var commit = open(faulty)) {
      assertEquals("up", condition.next());
      assertThrows(ExecutionException.class, () -> commit.submit(order("a")).get());
      for (String change : List.of("simulated: full", "simulated: busy", "simulated: full", "up")) {
        assertEquals(change, condition.next());
      }
    }
    assertEquals(0, count("orders"));
    assertEquals(0, count("outbox"));
  }

  @Test
  void recordedOrderMakesItReadyAgain() throws Exception {
    try (var commit = open(new FaultyStore(real).onWrite(Fault.FULL))) {
      assertThrows(ExecutionException.class, () -> commit.submit(order("a")).get());
      assertEquals(Decision.ACCEPTED, commit.submit(order("a")).get());
      for (String change : List.of("up", "simulated: full", "up")) {
        assertEquals(change, condition.next());
      }
    }
  }

  @Test
  void errorFailsTheRequestAndTheNextOrderIsAccepted() throws Exception {
    clock.next = new StackOverflowError("simulated");
    try (var commit = open(real)) {
      var failure =
          assertThrows(
              ExecutionException.class, () -> commit.submit(order("a")).get(5, TimeUnit.SECONDS));
      assertInstanceOf(StackOverflowError.class, failure.getCause());
      assertEquals(Decision.ACCEPTED, commit.submit(order("a")).get(5, TimeUnit.SECONDS));
      for (String change : List.of("up", "unexpected failure: StackOverflowError", "up")) {
        assertEquals(change, condition.next());
      }
    }
    assertEquals(1, count("orders"));
  }

  /** For example, there is no memory left to handle an OutOfMemoryError. */
  @Test
  void endedThreadIsNotReadyAndFailsAllRequests() throws Exception {
    var held = new CountDownLatch(1);
    var holding = new CountDownLatch(1);
    condition.failing = true;
    try (var commit = open(new FaultyStore(real).onWrite(Fault.FULL))) {
      assertEquals("up", condition.next());
      Thread holder = hold(holding, held);
      holding.await();
      List<CompletableFuture<Decision>> waiting = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        waiting.add(commit.submit(order("o-" + i)));
      }
      held.countDown();
      holder.join();
      for (CompletableFuture<Decision> one : waiting) {
        one.exceptionally(_ -> Decision.OVERLOADED).get(5, TimeUnit.SECONDS);
      }
      assertEquals("stopped", condition.next());
      assertEquals(Decision.OVERLOADED, commit.submit(order("late")).get(5, TimeUnit.SECONDS));
    }
  }

  @Test
  void fullStoreFailsTheRequestAndTheNextOneIsTried() throws Exception {
    try (var commit = open(new FaultyStore(real).onWrite(Fault.FULL))) {
      var failure = assertThrows(ExecutionException.class, () -> commit.submit(order("a")).get());
      assertEquals(Kind.FULL, assertInstanceOf(StoreException.class, failure.getCause()).kind());
      assertEquals(0, count("orders"));
      assertEquals(Decision.ACCEPTED, commit.submit(order("a")).get());
    }
  }

  @Test
  void closeCompletesWaitingRequestsAndRefusesLaterOnes() throws Exception {
    var commit = open(real);
    List<CompletableFuture<Decision>> waiting = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      waiting.add(commit.submit(order("o-" + i)));
    }
    commit.close();
    for (CompletableFuture<Decision> decision : waiting) {
      assertTrue(decision.isDone());
      assertEquals(Decision.ACCEPTED, decision.get());
    }
    assertEquals(1_000, count("orders"));
    assertEquals(Decision.OVERLOADED, commit.submit(order("late")).get());
  }

  @Test
  void requestsConcurrentWithCloseComplete() throws Exception {
    for (int round = 0; round < 20; round++) {
      var commit = open(real);
      List<CompletableFuture<Decision>> submitted = Collections.synchronizedList(new ArrayList<>());
      var running = new CountDownLatch(1);
      Thread client =
          Thread.ofPlatform()
              .start(() -> {
                CompletableFuture<Decision> last;
                do {
                  last = commit.submit(order("same"));
                  submitted.add(last);
                  running.countDown();
                } while (last.getNow(Decision.ACCEPTED) != Decision.OVERLOADED);
              });
      running.await();
      commit.close();
      client.join();
      for (CompletableFuture<Decision> one : submitted) {
        one.get(5, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void fullQueueRefusesRequests() throws Exception {
    var held = new CountDownLatch(1);
    var holding = new CountDownLatch(1);
    try (var commit = open(real)) {
      Thread holder = hold(holding, held);
      holding.await();
      List<CompletableFuture<Decision>> submitted = new ArrayList<>();
      for (int i = 0; i < 6_000; i++) {
        submitted.add(commit.submit(order("o-" + i)));
      }
      long refused = submitted.stream().filter(CompletableFuture::isDone).count();
      assertTrue(refused >= 6_000 - 4_096 - 512, () -> refused + " were refused");
      held.countDown();
      holder.join();
      for (CompletableFuture<Decision> one : submitted) {
        one.get();
      }
      assertEquals(6_000 - refused, count("orders"));
    }
  }

  /** Holds the store's lock until it is released. */
  private Thread hold(CountDownLatch holding, CountDownLatch held) {
    return Thread.ofPlatform()
        .start(() ->
            real.write(
                Store.Durability.RELAXED,
                tx -> {
                  holding.countDown();
                  try {
                    return held.await(30, TimeUnit.SECONDS);
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                }));
  }

  @Test
  void hangingCommitRefusesOrders() throws Exception {
    var nanos = new AtomicLong();
    var activity = new Activity(nanos::get);
    var hanging = new HangingStore(real);
    try (var commit = open(hanging, activity)) {
      CompletableFuture<Decision> first = commit.submit(order("first"));
      hanging.awaitHanging();
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(20));
      assertEquals(Optional.of("stuck for 20 s in committing orders"), activity.stuck());
      var refused =
          assertThrows(ExecutionException.class, () -> commit.submit(order("second")).get());
      assertTrue(assertInstanceOf(StoreException.class, refused.getCause()).isTransient());
      hanging.release();
      assertEquals(Decision.ACCEPTED, first.get());
    }
    assertEquals(Optional.empty(), activity.stuck());
  }

  private GroupCommit open(Store store) {
    return open(store, new Activity(System::nanoTime));
  }

  private GroupCommit open(Store store, Activity activity) {
    return new GroupCommit(
        store,
        outbox,
        new OrderAcceptor(outbox, 1_000_000),
        clock,
        new SimpleMeterRegistry(),
        condition,
        activity);
  }

  private static OrderPlaced order(String id) {
    return new OrderPlaced(id, "widget", 1, "u");
  }

  private long count(String table) {
    return real.read(tx -> tx.query("SELECT count(*) FROM " + table, row -> row.number(1)))
        .getFirst();
  }
}
