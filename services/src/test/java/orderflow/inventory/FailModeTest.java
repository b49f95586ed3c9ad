package orderflow.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import orderflow.event.OrderPlaced;
import org.junit.jupiter.api.Test;

class FailModeTest {
  private static final OrderPlaced ORDER = new OrderPlaced("o", "widget", 1, "u");
  private static final RandomGenerator LOWEST = () -> 0;
  private static final RandomGenerator HIGHEST = () -> -1;

  @Test
  void probabilityZeroFailsNoneAndOneFailsAll() {
    assertFalse(FailMode.PROB.predicate(0, LOWEST).test(ORDER));
    assertTrue(FailMode.PROB.predicate(1, HIGHEST).test(ORDER));
  }

  @Test
  void smallProbabilityFailsFewOrders() {
    Predicate<OrderPlaced> fails = FailMode.PROB.predicate(0.1, new Random(42));
    long failed = IntStream.range(0, 1_000).filter(n -> fails.test(ORDER)).count();
    assertTrue(failed > 50 && failed < 200, () -> failed + " of 1000 failed");
  }

  @Test
  void namesAreThoseOfTheCommandLine() {
    assertEquals(
        List.of("none", "always", "prob"),
        Arrays.stream(FailMode.values()).map(FailMode::toString).toList());
  }
}
