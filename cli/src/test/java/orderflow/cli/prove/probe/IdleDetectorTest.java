package orderflow.cli.prove.probe;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class IdleDetectorTest {
  private static final long SECOND = 1_000_000_000;

  private final IdleDetector quiet = new IdleDetector(0);

  @Test
  void noOutcomeIsNoQuiet() {
    quiet.observe(SECOND, 0, 0);

    assertFalse(quiet.isLongEnough(3_600 * SECOND));
  }

  @Test
  void twoSecondsAreEnoughBehindAQuickOutcome() {
    quiet.observe(SECOND / 10, 1, 0);

    assertFalse(quiet.isLongEnough(2 * SECOND));
    assertTrue(quiet.isLongEnough(2 * SECOND + SECOND / 10));
  }

  /** It may hold the next copy, and need as long for that. */
  @Test
  void aSlowConsumerIsGivenTwiceWhatTheFirstOneTook() {
    quiet.observe(5 * SECOND, 1, 0);

    assertFalse(quiet.isLongEnough(14 * SECOND));
    assertTrue(quiet.isLongEnough(15 * SECOND));
  }

  @Test
  void whatWaitsOrComesStartsItAnew() {
    quiet.observe(SECOND / 10, 1, 0);
    quiet.observe(SECOND, 1, 1);
    assertFalse(quiet.isLongEnough(2 * SECOND + SECOND / 2));
    quiet.observe(2 * SECOND + SECOND / 2, 2, 0);
    assertFalse(quiet.isLongEnough(4 * SECOND));
    assertTrue(quiet.isLongEnough(4 * SECOND + SECOND / 2));
  }
}
