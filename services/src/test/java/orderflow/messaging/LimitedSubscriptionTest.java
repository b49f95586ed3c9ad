package orderflow.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitedSubscriptionTest {
  @Test
  void whereNoHeapWouldDoNoneIsAskedFor() {
    var failure =
        new MessagingException(
            "Message body is too large (70000000), maximum configured size is 67108864.");
    assertEquals(
        "order_placed is held up: a message at its head has 70000000 bytes, more than the 67108864"
            + " that fit here; take it out with the broker's own tools",
        thrown(failure).detail());
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
      public void settle(List<Delivery> batch) {
        throw failure;
      }

      @Override
      public void settleOne(Delivery delivery) {
        throw failure;
      }

      @Override
      public Receipt receipt() {
        throw failure;
      }

      @Override
      public void close() {}
    };
  }
}
