package orderflow.inventory;

import java.time.Duration;

/**
 * Faults for tests.
 *
 * @param failProbability for {@link FailMode#PROB}, 0 to 1
 * @param delay added to each order; above zero it also disables batches
 */
public record FaultInjection(FailMode failMode, double failProbability, Duration delay) {
  public static final FaultInjection NONE = new FaultInjection(FailMode.NONE, 0, Duration.ZERO);

  public FaultInjection {
    if (!(failProbability >= 0 && failProbability <= 1)) {
      throw new IllegalArgumentException("the probability of failure must be from 0 to 1");
    }
    if (delay.isNegative()) {
      throw new IllegalArgumentException("the delay must not be negative");
    }
  }
}
