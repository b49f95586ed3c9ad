package orderflow.cli.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RecentRateTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void fastLoadShowsTheLastSecond() {
    var rate = new RecentRate(Rate.perSecond(500), 7 * SECOND);

    assertEquals(500, rate.until(8 * SECOND, 500));
    assertEquals(500, rate.until(9 * SECOND, 1_000));
    assertEquals(0, rate.until(10 * SECOND, 1_000), "stalled");
    assertEquals(900, rate.until(11 * SECOND, 1_900), "caught up");
  }

  @Test
  void maxRateCountsAsFast() {
    var rate = new RecentRate(Rate.MAX, 0);

    assertEquals(9_000, rate.until(SECOND, 9_000));
    assertEquals(1_000, rate.until(2 * SECOND, 10_000));
  }

  @Test
  void lateTickUsesItsOwnLength() {
    var rate = new RecentRate(Rate.perSecond(500), 0);
    rate.until(SECOND, 500);

    assertEquals(250, rate.until(3 * SECOND, 1_000));
  }

  @Test
  void slowLoadShowsTheLastFiveSeconds() {
    var rate = new RecentRate(Rate.perSecond(1), 0);
    long[] accepted = {2, 3, 4, 5, 6};
    for (int second = 1; second <= 5; second++) {
      assertEquals(
          (double) accepted[second - 1] / second,
          rate.until(second * SECOND, accepted[second - 1]),
          1e-9);
    }

    assertEquals(1.0, rate.until(6 * SECOND, 7), 1e-9, "from the first second to the sixth");
    for (int second = 7; second <= 10; second++) {
      rate.until(second * SECOND, 7);
    }
    assertEquals(0, rate.until(11 * SECOND, 7), 1e-9, "nothing for five seconds");
  }
}
