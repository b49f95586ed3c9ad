package orderflow.cli.operate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import orderflow.cli.operate.FlowSnapshot.Queue;
import orderflow.cli.operate.FlowSnapshot.Service;
import org.junit.jupiter.api.Test;

/** Depths and rates on the screen. */
class WatchScreenTest {
  private final WatchScreen frame = new WatchScreen();

  private void at(double seconds, long placed, long outcomes, double handled) {
    frame.add(
        new FlowSnapshot(
            Instant.parse("2026-01-01T10:20:30Z"),
            (long) (seconds * 1e9),
            "RabbitMQ 4.0.5",
            List.of(
                new Queue("order_placed", placed, 1),
                new Queue("order_outcome", outcomes, 0),
                new Queue("order_placed_dlq", -1, 0)),
            List.of(
                new Service(
                    "inventory",
                    "order_placed",
                    true,
                    "ready",
                    Map.of("orderflow_messages_total/reserved", handled)),
                new Service("order", "order_outcome", false, "does not answer", Map.of()))));
  }

  private String line(String start) {
    return frame.lines(100).stream()
        .filter(line -> line.startsWith(start + " "))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void inRateIsOutRatePlusDepthChange() {
    at(0, 100, 0, 1_000);
    at(2, 300, 50, 1_400);

    assertTrue(
        line("order_placed")
            .startsWith("order_placed                  300      300      200         1"),
        line("order_placed"));
    assertTrue(
        line("order_outcome")
            .startsWith("order_outcome                  50        -        -         0"),
        "its service reports no counters: " + line("order_outcome"));
    assertTrue(line("order_placed_dlq").contains("none"), line("order_placed_dlq"));
  }

  @Test
  void singleSnapshotHasNoRates() {
    at(0, 100, 0, 1_000);

    assertTrue(line("order_placed").contains("100        -        -         1"));
  }

  @Test
  void restartedServiceHasNoNegativeRate() {
    at(0, 100, 0, 1_000);
    at(1, 100, 0, 5);

    assertTrue(line("order_placed").contains("100        0        0         1"));
  }

  /** Counters start at 0 with each start, which would look like lost orders. */
  @Test
  void recordsReplaceCountersOfTheSameName() {
    Map<String, Double> metrics = new TreeMap<>();
    metrics.put("orderflow_messages_total/reserved", 5.0);
    metrics.put("orderflow_messages_total/duplicate", 2.0);
    metrics.put("orderflow_records/reserved", 1_200.0);
    frame.add(
        new FlowSnapshot(
            Instant.EPOCH,
            0,
            "RabbitMQ 4.0.5",
            List.of(),
            List.of(new Service("inventory", "order_placed", true, "ready", metrics))));
    String line = line("inventory");
    assertTrue(line.contains("duplicate 2  reserved 1,200"), line);
    assertEquals(line.indexOf("reserved"), line.lastIndexOf("reserved"), line);
  }

  @Test
  void sortByDepthShowsTheDeepestQueueFirst() {
    at(0, 1, 7, 0);
    frame.toggleOrder();

    assertTrue(frame.lines(80).get(3).startsWith("order_outcome"));
    frame.toggleOrder();
    assertTrue(frame.lines(80).get(3).startsWith("order_placed"));
  }

  @Test
  void twentyColumnsShowWholeFiguresBelowNames() {
    at(0, 100, 1_234_567, 1_000);
    at(1, 12_345, 1_234_567, 99_999);

    assertEquals(
        """
        RabbitMQ 4.0.5
        10:20:30 UTC

        QUEUE
           READY  IN/S OUT/S
        order_placed
          12,345 111,244
        order_outcome
        1,234,567     -
        order_placed_dlq
            none     -     -

        SERVICE       STATE
        inventory
          ready
          reserved 99,999
          +98,999/s
          outbox 0
        order
          does not answer
        """
            .lines()
            .toList(),
        frame.lines(20));
  }

  @Test
  void narrowTerminalLeavesOutTheLeastImportantColumns() {
    at(0, 100, 0, 1_000);

    assertEquals("QUEUE                       READY     IN/S    OUT/S", frame.lines(52).get(2));
    assertEquals("QUEUE                       READY", frame.lines(40).get(2));
    for (int width = 20; width < 120; width++) {
      int columns = width;
      assertTrue(
          frame.lines(width).stream().allMatch(line -> line.length() <= columns),
          () -> columns + ": " + String.join("\n", frame.lines(columns)));
      assertTrue(frame.lines(width).contains("SERVICE       STATE"));
    }
  }

  @Test
  void countersHaveTheirRateBeside() {
    at(0, 1, 7, 1_000);
    at(2, 1, 7, 1_024);

    assertEquals("inventory     ready   reserved 1,024  +12/s  outbox 0", line("inventory"));
  }

  @Test
  void shortTerminalSaysHowManyLinesAreCut() {
    List<String> flow = List.of("1", "2", "3", "4", "5");
    List<String> asked = List.of("a", "b", "c", "d", "e", "f");

    assertEquals(List.of("1", "2", "3", "4", "5"), Layout.fit(flow, List.of(), 5));
    assertEquals(
        List.of("1", "2", "3", "4", "5", "a", "b", "c", "… 3 more lines"),
        Layout.fit(flow, asked, 9));
    assertEquals(
        List.of("1", "2", "… 3 more lines", "a", "b", "c", "… 3 more lines"),
        Layout.fit(flow, asked, 7));
    for (int room = 0; room < 12; room++) {
      assertTrue(Layout.fit(flow, asked, room).size() <= room, "room " + room);
    }
  }

  @Test
  void serviceLineShowsItsState() {
    at(0, 1, 7, 12);

    assertEquals("inventory     ready   reserved 12  outbox 0", line("inventory"));
    assertEquals("order         does not answer", line("order"));
  }
}
