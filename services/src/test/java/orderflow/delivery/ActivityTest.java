package orderflow.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ActivityTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // it wraps
  private final Activity activity = new Activity(nanos::get);

  @Test
  void activityIsStuckAfterTheLimit() {
    activity.begin("committing");
    pass(Activity.LIMIT);
    assertEquals(Optional.empty(), activity.stuck());
    pass(Duration.ofSeconds(2));
    assertEquals(Optional.of("stuck for 17 s in committing"), activity.stuck());
  }

  @Test
  void anotherActivityAndAPauseAreNotStuck() {
    activity.begin("committing");
    pass(Duration.ofSeconds(20));
    activity.begin("acknowledging");
    assertEquals(Optional.empty(), activity.stuck());
    activity.end();
    pass(Duration.ofHours(1));
    assertEquals(Optional.empty(), activity.stuck());
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
