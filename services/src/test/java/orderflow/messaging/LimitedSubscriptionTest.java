package orderflow.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitedSubscriptionTest {
  private static final long MEGABYTE = 1024 * 1024;

  @Test
  void whereNoHeapWouldDoNoneIsAskedFor() {
    var failure =
        new MessagingException(
            "Message body is too large (70000000), maximum configured size is 67108864.");
    assertEquals(
        "order_placed is held up: a message at its head has 70000000 bytes, more than the 67108864"
            + " that fit here; take it out with the broker's own tools; no heap helps, as"
            + " 67108863 bytes are the most that this program takes",
        thrown(failure).detail());
  }

  @Test
  void theHeapThatIsNamedIsLargerThanTheOneThereIs() {
    // what Java tells of -Xmx256m with the serial collector
    long memory = 259_522_560;

    assertEquals(
        ", or start this program with a heap (-Xmx) of 320 MB",
        LimitedSubscription.wayOut(67_000_000, memory));
    assertEquals(
        ", or start this program with a heap (-Xmx) of 192 MB",
        LimitedSubscription.wayOut(40_000_000, 62 * MEGABYTE));
  }

  @Test
  void aHeapThatIsThereAlreadyIsNotNamed() {
    assertEquals("", LimitedSubscription.wayOut(300_000, 64 * MEGABYTE));
  }

  @Test
  void whatNoHeapHelpsAgainstIsSaid() {
    String way = LimitedSubscription.wayOut(64 * MEGABYTE, 8_000 * MEGABYTE);

    assertFalse(way.contains("-Xmx"), way);
    assertEquals("; no heap helps, as 67108863 bytes are the most that this program takes", way);
  }

  @Test
  void anyOtherFailureStaysWhatItIs() {
    var failure = new MessagingException("the connection was cut");
    assertSame(failure, thrown(failure));
  }

  private static MessagingException thrown(MessagingException failure) {
    try (var subscription = new LimitedSubscription("order_placed", failing(failure))) {
      return assertThrows(MessagingException.class, () -> subscription.poll(1, Duration.ZERO));
    }
  }

  private static Subscription failing(MessagingException failure) {
    return new Subscription() {
      @Override
      public List<Delivery> poll(int max, Duration wait) {
        throw failure;
      }

      @Override
      public void ackAll(List<Delivery> batch) {
        throw failure;
      }

      @Override
      public void ack(Delivery delivery) {
        throw failure;
      }

      @Override
      public void prefetch(int prefetch) {
        throw failure;
      }

      @Override
      public AckBarrier ackBarrier() {
        throw failure;
      }

      @Override
      public void close() {}
    };
  }
}
