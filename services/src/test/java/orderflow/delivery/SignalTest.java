package orderflow.delivery;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SignalTest {
  private final Signal signal = new Signal();

  @Test
  void signalRaisedBeforeTheWaitIsKept() throws Exception {
    signal.raise();
    assertTrue(signal.await(Duration.ofDays(1)));
  }

  @Test
  void waitingThreadIsWoken() throws Exception {
    var woken = new CompletableFuture<Boolean>();
    Thread waiting =
        Thread.ofVirtual()
            .start(() -> {
              try {
                woken.complete(signal.await(Duration.ofDays(1)));
              } catch (InterruptedException e) {
                woken.completeExceptionally(e);
              }
            });
    signal.raise();
    assertTrue(woken.get(5, TimeUnit.SECONDS));
    waiting.join();
  }

  @Test
  void severalRaisesWakeOnce() throws Exception {
    signal.raise();
    signal.raise();
    assertTrue(signal.await(Duration.ZERO));
    assertFalse(signal.await(Duration.ZERO));
  }
}
