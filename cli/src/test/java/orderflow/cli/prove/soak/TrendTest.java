package orderflow.cli.prove.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import orderflow.cli.prove.environment.ServiceResources;
import orderflow.cli.prove.environment.ServiceResources.Kind;
import orderflow.cli.prove.soak.Trend.Line;
import org.junit.jupiter.api.Test;

class TrendTest {
  private static final long MEGABYTE = 1 << 20;
  private static final long ORDERS = 10_000;

  private final Trend trend = new Trend();

  private void heap(long pid, long megabytes) {
    add(pid, Kind.HEAP, megabytes * MEGABYTE);
  }

  private void add(long pid, Kind kind, long amount) {
    trend.add(List.of(new ServiceResources("order", pid, Map.of(kind, amount))), ORDERS, -1);
  }

  private Line only() {
    assertEquals(1, trend.lines().size(), trend.lines().toString());
    return trend.lines().getFirst();
  }

  @Test
  void leakIsNamedWithServiceAndAmount() {
    heap(1, 10);
    heap(1, 16);
    heap(1, 22);

    assertFalse(only().isWithin());
    assertEquals(
        "order: heap after GC grew by 12.0 MB, from 10.0 MB to 22.0 MB in 20,000 orders; at most"
            + " 7.0 MB (6.0 MB and 50 bytes an order)",
        only().text());
  }

  @Test
  void smallGrowthIsWithin() {
    heap(1, 10);
    heap(1, 12);
    heap(1, 11);

    assertTrue(only().isWithin());
  }

  /** Each process takes some memory once. */
  @Test
  void growthCountsWithinTheLifeOfAProcess() {
    heap(1, 10);
    heap(2, 50);
    heap(2, 51);

    assertTrue(only().isWithin());
    assertTrue(only().text().contains("grew by 1.0 MB"), only().text());
  }

  @Test
  void leakInSeveralLivesAddsUp() {
    heap(1, 10);
    heap(1, 19);
    heap(2, 10);
    heap(2, 19);

    assertFalse(only().isWithin());
    assertTrue(only().text().contains("grew by 18.0 MB"), only().text());
    assertTrue(only().text().contains("of 2 processes"), only().text());
  }

  /** Not a leak of descriptors: other processes have as many. */
  @Test
  void flowThatIsStartedAnewIsNotCompared() {
    add(1, Kind.DATA, MEGABYTE);
    add(1, Kind.DATA, 2 * MEGABYTE);
    trend.restarted();
    add(2, Kind.DATA, 90 * MEGABYTE);
    add(2, Kind.DATA, 90 * MEGABYTE);

    assertTrue(only().isWithin(), only().text());
    assertTrue(only().text().contains("grew by 1.0 MB"), only().text());
  }

  @Test
  void filesOutliveAProcess() {
    add(1, Kind.DATA, MEGABYTE);
    add(2, Kind.DATA, 50 * MEGABYTE);

    assertFalse(only().isWithin());
  }

  @Test
  void threadsAndDescriptorsHaveBounds() {
    add(1, Kind.THREADS, 30);
    add(1, Kind.THREADS, 51);
    assertFalse(only().isWithin());
    assertTrue(only().text().startsWith("order: threads grew by 21, from 30 to 51"));
  }

  @Test
  void latencyThatGrowsIsNamed() {
    for (double millis : List.of(40.0, 60.0, 45.0, 40.0, 90.0, 130.0)) {
      trend.add(List.of(), ORDERS, millis);
    }

    assertFalse(only().isWithin());
    assertTrue(only().text().startsWith("latency: 50 ms in the first windows, 110 ms in the last"));
  }

  @Test
  void whatWasNotMeasuredIsNamed() {
    heap(1, 10);
    heap(2, 10);

    List<String> missing = trend.missing(List.of("order"));

    assertEquals(List.of(), trend.lines());
    assertEquals(5, missing.size(), missing.toString());
    assertTrue(missing.getFirst().startsWith("order: heap after GC was not read"));
  }
}
