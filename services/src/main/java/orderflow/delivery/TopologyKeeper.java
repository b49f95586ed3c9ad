package orderflow.delivery;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import orderflow.messaging.TopologyCheck;

/**
 * Restores the topology every few seconds, for whoever publishes: a message that one of two queues
 * takes is confirmed, so a publisher does not notice that the other was deleted or unbound.
 */
public final class TopologyKeeper implements WorkLoop {
  static final Duration PERIOD = Duration.ofSeconds(5);

  private static final Duration IDLE_WAIT = Duration.ofMillis(250);

  private final TopologyCheck check;
  private final Consumer<String> lost;
  private final LongSupplier nanoTime;
  private long checkedAt;

  /**
   * @param check that was opened just now
   * @param lost is told each queue that was missing
   * @param nanoTime as {@link System#nanoTime}
   */
  public TopologyKeeper(TopologyCheck check, Consumer<String> lost, LongSupplier nanoTime) {
    this.check = check;
    this.lost = lost;
    this.nanoTime = nanoTime;
    this.checkedAt = nanoTime.getAsLong() - PERIOD.toNanos();
  }

  @Override
  public StepResult step() throws InterruptedException {
    if (nanoTime.getAsLong() - checkedAt < PERIOD.toNanos()) {
      TimeUnit.NANOSECONDS.sleep(IDLE_WAIT.toNanos());
      return new StepResult.Idle();
    }
    check.restore().forEach(lost);
    checkedAt = nanoTime.getAsLong();
    return new StepResult.Worked();
  }

  @Override
  public void drain(Duration limit) {}

  @Override
  public void close() {
    check.close();
  }
}
