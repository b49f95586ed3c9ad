package orderflow.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import orderflow.messaging.MessagingException;
import orderflow.store.StoreException;
import orderflow.testing.LogLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerTest {
  private static final BackOff SHORT = new BackOff(Duration.ofMillis(1), Duration.ofMillis(1));

  private final Reports reports = new Reports();

  /** Keeps every change in order: "up", or why not. */
  private static final class Reports implements Worker.ReadinessCheck {
    private final LinkedBlockingQueue<String> changes = new LinkedBlockingQueue<>();

    @Override
    public void up() {
      changes.add("up");
    }

    @Override
    public void down(String why) {
      changes.add(why);
    }

    private String next() throws InterruptedException {
      String change = changes.poll(30, TimeUnit.SECONDS);
      return change == null ? "nothing" : change;
    }

    private List<String> soFar() {
      List<String> taken = new ArrayList<>();
      changes.drainTo(taken);
      return taken;
    }
  }

  /** Goes through its steps; the last one repeats. */
  private static WorkLoop session(List<StepResult> steps) {
    var script = new ArrayList<>(steps);
    return new WorkLoop() {
      @Override
      public StepResult step() {
        return script.size() > 1 ? script.removeFirst() : script.getFirst();
      }

      @Override
      public void drain(Duration limit) {}

      @Override
      public void close() {}
    };
  }

  @Test
  void loopThatFailsRepeatedlyLooksReadyAtMostOnce() throws Exception {
    var opened = new CountDownLatch(20);
    Worker worker =
        start(() -> {
          opened.countDown();
          return failing();
        });
    assertTrue(opened.await(30, TimeUnit.SECONDS));
    worker.close();
    List<String> changes = reports.soFar();
    assertEquals(1, changes.stream().filter("up"::equals).count(), changes::toString);
    assertEquals(List.of("starting", "up", "cut off", "cut off"), changes.subList(0, 4));
  }

  @Test
  void workerIsUpAgainAfterAGoodStep() throws Exception {
    var opened = new AtomicInteger();
    Worker worker =
        start(() ->
            opened.incrementAndGet() <= 2 ? failing() : session(List.of(new StepResult.Idle())));
    for (String change : List.of("starting", "up", "cut off", "cut off", "up")) {
      assertEquals(change, reports.next());
    }
    worker.close();
    assertEquals("stopped", reports.next());
  }

  /** A broker's alarm may clear when there is nothing left to publish. */
  @Test
  void blockedWorkerIsUpAgainWhenIdle() throws Exception {
    Worker worker =
        start(() ->
            session(
                List.of(
                    new StepResult.Worked(),
                    new StepResult.Blocked("disk alarm"),
                    new StepResult.Idle())));
    for (String change : List.of("starting", "up", "disk alarm", "up")) {
      assertEquals(change, reports.next());
    }
    worker.close();
  }

  @Test
  void loopThatAsksForItIsReopenedAndStaysDownUntilAGoodStep() throws Exception {
    var opened = new AtomicInteger();
    Worker worker =
        start(() ->
            session(
                List.of(
                    opened.incrementAndGet() == 1
                        ? new StepResult.Reopen("queue is full")
                        : new StepResult.Idle())));
    for (String change : List.of("starting", "up", "queue is full", "up")) {
      assertEquals(change, reports.next());
    }
    worker.close();
    assertEquals(2, opened.get());
  }

  @Test
  void everyFaultIsReportedWithItsReason() throws Exception {
    Iterator<RuntimeException> faults =
        List.of(
                new MessagingException("cut off"),
                new StoreException(StoreException.Kind.FULL, "the disk is full"),
                new IllegalStateException("password=hunter2"))
            .iterator();
    Worker worker =
        start(() ->
            faults.hasNext() ? failing(faults.next()) : session(List.of(new StepResult.Idle())));
    for (String change :
        List.of(
            "starting",
            "up",
            "cut off",
            "the disk is full",
            "unexpected failure: IllegalStateException",
            "up")) {
      assertEquals(change, reports.next());
    }
    worker.close();
  }

  /** For example, a message is nested too deeply for a parser; the next session may not get it. */
  @Test
  void errorEndsTheLoopAndNotTheWorker() throws Exception {
    var opened = new AtomicInteger();
    Worker worker =
        start(() -> {
          if (opened.getAndIncrement() == 0) {
            throw new StackOverflowError();
          }
          return session(List.of(new StepResult.Idle()));
        });
    for (String change : List.of("starting", "unexpected failure: StackOverflowError", "up")) {
      assertEquals(change, reports.next());
    }
    worker.close();
  }

  @Test
  void reasonIsLoggedOnlyWhenItChanges() throws Exception {
    try (var log = new LogLines("worker")) {
      Iterator<String> faults =
          List.of("cut off", "cut off", "cut off", "refused", "refused").iterator();
      Worker worker =
          start(() ->
              faults.hasNext()
                  ? failing(new MessagingException(faults.next()))
                  : session(List.of(new StepResult.Idle())));
      awaitUp(2);
      worker.close();
      assertEquals(
          List.of("INFO up", "WARN waits: cut off", "WARN waits: refused", "INFO up"), log.all());
    }
  }

  /** 1, 2, 4, … ms: a broken dependency is tried less and less often. */
  @Test
  void pausesGrowWithEachFailure() throws Exception {
    var opened = new AtomicInteger();
    long start = System.nanoTime();
    Worker worker =
        startGrowing(() ->
            opened.incrementAndGet() <= 6 ? failing() : session(List.of(new StepResult.Idle())));
    awaitUp(2);
    assertTrue(System.nanoTime() - start >= Duration.ofMillis(2 + 4 + 8 + 16 + 32 + 64).toNanos());
    worker.close();
  }

  @Test
  void pausesGrowWhileBlocked() throws Exception {
    List<StepResult> steps =
        new ArrayList<>(Collections.nCopies(7, new StepResult.Blocked("disk alarm")));
    steps.add(new StepResult.Idle());
    long start = System.nanoTime();
    Worker worker = startGrowing(() -> session(steps));
    awaitUp(2);
    assertTrue(
        System.nanoTime() - start >= Duration.ofMillis(1 + 2 + 4 + 8 + 16 + 32 + 64).toNanos());
    worker.close();
  }

  @Test
  void closeDrainsAndReleasesTheLoop() throws Exception {
    List<String> calls = new CopyOnWriteArrayList<>();
    var stepped = new CountDownLatch(1);
    Worker worker =
        start(() ->
            new WorkLoop() {
              @Override
              public StepResult step() {
                stepped.countDown();
                return new StepResult.Worked();
              }

              @Override
              public void drain(Duration limit) {
                calls.add("drain");
              }

              @Override
              public void close() {
                calls.add("close");
              }
            });
    assertTrue(stepped.await(30, TimeUnit.SECONDS));
    worker.close();
    assertEquals(List.of("drain", "close"), calls);
    assertEquals(List.of("starting", "up", "stopped"), reports.soFar());
  }

  @Test
  void hangingStepIsReportedAsStuckAndAPauseIsNot() throws Exception {
    var nanos = new AtomicLong();
    var activity = new Activity(nanos::get);
    var never = new CountDownLatch(1);
    var stepped = new CountDownLatch(1);
    Worker worker =
        Worker.start(
            "worker", () -> hanging(stepped, never), reports, activity, SHORT, new Random(1));
    assertTrue(stepped.await(30, TimeUnit.SECONDS));
    assertEquals(Optional.empty(), activity.stuck());
    nanos.addAndGet(Duration.ofSeconds(20).toNanos());
    assertEquals(Optional.of("stuck for 20 s in committing"), activity.stuck());
    worker.close(Duration.ofMillis(1));
    assertEquals(Optional.empty(), activity.stuck());
  }

  @Test
  void hangingConnectIsReportedAsStuck() throws Exception {
    var nanos = new AtomicLong();
    var activity = new Activity(nanos::get);
    var opening = new CountDownLatch(1);
    var opened = new CountDownLatch(1);
    Worker worker =
        Worker.start(
            "worker",
            () -> {
              opening.countDown();
              awaitUninterrupted(opened);
              return session(List.of(new StepResult.Idle()));
            },
            reports,
            activity,
            SHORT,
            new Random(1));
    assertTrue(opening.await(30, TimeUnit.SECONDS));
    nanos.addAndGet(Duration.ofSeconds(16).toNanos());
    assertEquals(Optional.of("stuck for 16 s in connecting"), activity.stuck());
    opened.countDown();
    awaitUp(1);
    worker.close();
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void hangingStepIsInterruptedAfterTheLimit() throws Exception {
    var never = new CountDownLatch(1);
    var stepped = new CountDownLatch(1);
    Worker worker = start(() -> hanging(stepped, never));
    assertTrue(stepped.await(30, TimeUnit.SECONDS));
    worker.close(Duration.ofMillis(1));
    assertEquals(
        List.of("starting", "up", "stopped"),
        List.of(reports.next(), reports.next(), reports.next()));
  }

  /** The caller may close its store or connections next. */
  @Test
  void closeWaitsForAnInterruptedLoop() throws Exception {
    var stepped = new CountDownLatch(1);
    Thread closing = Thread.currentThread();
    Worker worker = start(() -> outliving(hanging(stepped, new CountDownLatch(1)), closing));
    assertTrue(stepped.await(30, TimeUnit.SECONDS));
    worker.close(Duration.ofMillis(1));
    assertEquals(List.of("starting", "up", "stopped"), reports.soFar());
  }

  @Test
  void interruptDuringCloseIsKept() throws Exception {
    var never = new CountDownLatch(1);
    var stepped = new CountDownLatch(1);
    Worker worker = start(() -> hanging(stepped, never));
    assertTrue(stepped.await(30, TimeUnit.SECONDS));
    Thread.currentThread().interrupt();
    worker.close();
    assertTrue(Thread.interrupted());
    never.countDown();
    worker.close();
    assertEquals(List.of("starting", "up", "stopped"), reports.soFar());
  }

  private void awaitUp(int times) throws InterruptedException {
    for (int ups = 0; ups < times; ) {
      String change = reports.next();
      assertNotEquals("nothing", change);
      ups += change.equals("up") ? 1 : 0;
    }
  }

  private Worker startGrowing(Supplier<WorkLoop> opening) {
    var doubling = new BackOff(Duration.ofMillis(1), Duration.ofMinutes(1));
    return Worker.start("worker", opening, reports, doubling, () -> 0);
  }

  private Worker start(Supplier<WorkLoop> opening) {
    return Worker.start("worker", opening, reports, SHORT, new Random(1));
  }

  /** Its step waits for {@code leave} only. */
  private static WorkLoop hanging(CountDownLatch entered, CountDownLatch leave) {
    return new WorkLoop() {
      @Override
      public StepResult step() throws InterruptedException {
        entered.countDown();
        leave.await();
        return new StepResult.Worked();
      }

      @Override
      public String doing() {
        return "committing";
      }

      @Override
      public void drain(Duration limit) {}

      @Override
      public void close() {}
    };
  }

  /** Its close blocks until {@code closing} waits for it, or until it is clear that it does not. */
  private static WorkLoop outliving(WorkLoop session, Thread closing) {
    return new WorkLoop() {
      @Override
      public StepResult step() throws InterruptedException {
        return session.step();
      }

      @Override
      public void drain(Duration limit) {}

      @Override
      public void close() {
        long deadline = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        while (closing.getState() != Thread.State.TIMED_WAITING
            && System.nanoTime() - deadline < 0) {
          Thread.onSpinWait();
        }
      }
    };
  }

  private static WorkLoop failing() {
    return failing(new MessagingException("cut off"));
  }

  private static WorkLoop failing(RuntimeException failure) {
    return new WorkLoop() {
      @Override
      public StepResult step() {
        throw failure;
      }

      @Override
      public void drain(Duration limit) {}

      @Override
      public void close() {}
    };
  }
}
