package orderflow.delivery;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import orderflow.messaging.TopologyCheck;

/**
 * Redeclares the topology every few seconds. A publisher does not notice a missing queue by itself
 * when another queue still takes the same message: the broker confirms it.
 */
public final class TopologyKeeper implements WorkLoop {
  static final Duration PERIOD = Duration.ofSeconds(5);

  private static final Duration IDLE_WAIT = Duration.ofMillis(250);

  private final TopologyCheck check;
  private final Consumer<String> missing;
  private final LongSupplier nanoTime;
  private long checkedAt;

  /**
   * @param missing receives each queue that was missing
   * @param nanoTime as {@link System#nanoTime}
   */
  public TopologyKeeper(TopologyCheck check, Consumer<String> missing, LongSupplier nanoTime) {
    this.check = check;
    this.missing = missing;
    this.nanoTime = nanoTime;
    this.checkedAt = nanoTime.getAsLong() - PERIOD.toNanos();
  }

  @Override
  public StepResult step() throws InterruptedException {
    if (nanoTime.getAsLong() - checkedAt < PERIOD.toNanos()) {
      TimeUnit.NANOSECONDS.sleep(IDLE_WAIT.toNanos());
      return new StepResult.Idle();
    }
    check.restore().forEach(missing);
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
