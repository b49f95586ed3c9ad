package orderflow.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BackOffTest {
  private static final BackOff BACK_OFF =
      new BackOff(Duration.ofMillis(100), Duration.ofSeconds(5));

  @Property
  void delayIsBetweenHalfTheFirstAndTheLimit(
      @ForAll @IntRange(min = 0) int attempt, @ForAll long seed) {
    Duration delay = BACK_OFF.delay(attempt, new Random(seed));
    assertTrue(delay.compareTo(Duration.ofSeconds(5)) <= 0, delay::toString);
    assertTrue(delay.compareTo(Duration.ofMillis(50)) >= 0, delay::toString);
  }

  @Example
  void pausesDoubleUpToTheLimit() {
    RandomGenerator none = () -> 0;
    assertEquals(Duration.ofMillis(100), BACK_OFF.delay(0, none));
    assertEquals(Duration.ofMillis(200), BACK_OFF.delay(1, none));
    assertEquals(Duration.ofMillis(3_200), BACK_OFF.delay(5, none));
    assertEquals(Duration.ofSeconds(5), BACK_OFF.delay(6, none));
    assertEquals(Duration.ofSeconds(5), BACK_OFF.delay(Integer.MAX_VALUE, none));
  }
}
