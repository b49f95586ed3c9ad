package orderflow.cli.prove.probe;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class IdleDetectorTest {
  private static final long SECOND = 1_000_000_000;

  private final IdleDetector idle = new IdleDetector(0);

  @Test
  void withoutOutcomeItIsNeverIdle() {
    idle.observe(SECOND, 0, 0);

    assertFalse(idle.isIdle(3_600 * SECOND));
  }

  @Test
  void twoSecondsAreEnoughAfterAQuickOutcome() {
    idle.observe(SECOND / 10, 1, 0);

    assertFalse(idle.isIdle(2 * SECOND));
    assertTrue(idle.isIdle(2 * SECOND + SECOND / 10));
  }

  /** It may process the next copy, and need as long. */
  @Test
  void slowConsumerGetsTwiceTheTimeOfTheFirstOutcome() {
    idle.observe(5 * SECOND, 1, 0);

    assertFalse(idle.isIdle(14 * SECOND));
    assertTrue(idle.isIdle(15 * SECOND));
  }

  @Test
  void waitingMessagesAndOutcomesRestartTheIdleTime() {
    idle.observe(SECOND / 10, 1, 0);
    idle.observe(SECOND, 1, 1);
    assertFalse(idle.isIdle(2 * SECOND + SECOND / 2));
    idle.observe(2 * SECOND + SECOND / 2, 2, 0);
    assertFalse(idle.isIdle(4 * SECOND));
    assertTrue(idle.isIdle(4 * SECOND + SECOND / 2));
  }
}
