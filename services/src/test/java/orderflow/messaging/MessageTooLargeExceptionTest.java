package orderflow.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

class MessageTooLargeExceptionTest {
  private static final long MEGABYTE = 1024 * 1024;

  @Test
  void messageAboveEveryLimitIsExplainedWithoutHeapAdvice() {
    assertEquals(
        "order_placed is blocked: a message at its head has 70000000 bytes, more than the limit of"
            + " 67108864; remove it with the broker's own tools; a larger heap does not help, the"
            + " limit is 67108863 bytes",
        new MessageTooLargeException(70_000_000, 67_108_864).explained("order_placed"));
  }

  @Test
  void adviceNamesALargerHeapThanThePresentOne() {
    // what Java reports for -Xmx256m with the serial collector
    long memory = 259_522_560;

    assertEquals(
        ", or start this program with a heap (-Xmx) of 320 MB",
        MessageTooLargeException.heapAdvice(67_000_000, memory));
    assertEquals(
        ", or start this program with a heap (-Xmx) of 192 MB",
        MessageTooLargeException.heapAdvice(40_000_000, 62 * MEGABYTE));
  }

  @Test
  void adviceIsEmptyWhenTheHeapIsLargeEnough() {
    assertEquals("", MessageTooLargeException.heapAdvice(300_000, 64 * MEGABYTE));
  }

  @Test
  void adviceNamesNoHeapAboveTheClientsLimit() {
    String advice = MessageTooLargeException.heapAdvice(64 * MEGABYTE, 8_000 * MEGABYTE);

    assertFalse(advice.contains("-Xmx"), advice);
    assertEquals("; a larger heap does not help, the limit is 67108863 bytes", advice);
  }
}
