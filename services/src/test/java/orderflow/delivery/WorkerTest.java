package orderflow.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import orderflow.messaging.MessagingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerTest {
  private static final BackOff SHORT = new BackOff(Duration.ofMillis(1), Duration.ofMillis(1));

  private final Told told = new Told();

  /** Keeps every change in order: "up", or why not. */
  private static final class Told implements Worker.Condition {
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
  private static Session session(List<Step> steps) {
    var script = new ArrayList<>(steps);
    return new Session() {
      @Override
      public Step step() {
        return script.size() > 1 ? script.removeFirst() : script.getFirst();
      }

      @Override
      public void drain(Duration limit) {}

      @Override
      public void close() {}
    };
  }

  @Test
  void aSessionThatOpensAndFailsAtOnceAgainAndAgainLooksReadyNoMoreThanOnce() throws Exception {
    var opened = new CountDownLatch(20);
    Worker worker =
        start(() -> {
          opened.countDown();
          return failing();
        });
    assertTrue(opened.await(30, TimeUnit.SECONDS));
    worker.close();
    List<String> changes = told.soFar();
    assertEquals(1, changes.stream().filter("up"::equals).count(), changes::toString);
    assertEquals(List.of("starting", "up", "cut off", "cut off"), changes.subList(0, 4));
  }

  @Test
  void whatFailedIsUpAgainOnceAStepGoesWellEvenIfItIsIdle() throws Exception {
    var opened = new AtomicInteger();
    Worker worker =
        start(() -> opened.incrementAndGet() <= 2 ? failing() : session(List.of(new Step.Idle())));
    for (String change : List.of("starting", "up", "cut off", "cut off", "up")) {
      assertEquals(change, told.next());
    }
    worker.close();
    assertEquals("stopped", told.next());
  }

  /** A broker's alarm may clear when there is nothing left to publish. */
  @Test
  void whatWasBlockedIsUpAgainWhenThereIsNothingToDo() throws Exception {
    Worker worker =
        start(() ->
            session(List.of(new Step.Worked(), new Step.Blocked("disk alarm"), new Step.Idle())));
    for (String change : List.of("starting", "up", "disk alarm", "up")) {
      assertEquals(change, told.next());
    }
    worker.close();
  }

  private Worker start(Supplier<Session> opening) {
    return Worker.start("worker", opening, told, SHORT, new Random(1));
  }

  private static Session failing() {
    return new Session() {
      @Override
      public Step step() {
        throw new MessagingException("cut off");
      }

      @Override
      public void drain(Duration limit) {}

      @Override
      public void close() {}
    };
  }
}
