package orderflow.inventory;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultInjectionTest {

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1})
  void probabilityFromZeroToOneIsAccepted(double probability) {
    assertDoesNotThrow(() -> new FaultInjection(FailMode.PROB, probability, Duration.ZERO));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.001, 1.001, Double.NaN, Double.POSITIVE_INFINITY})
  void otherProbabilitiesAreRefused(double probability) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new FaultInjection(FailMode.PROB, probability, Duration.ZERO));
  }

  @Test
  void negativeDelayIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new FaultInjection(FailMode.NONE, 0, Duration.ofNanos(-1)));
  }
}
