package orderflow.cli.prove.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import orderflow.cli.prove.check.Finding;
import orderflow.cli.prove.check.Rule;
import orderflow.cli.prove.check.Station;
import orderflow.cli.prove.check.Totals;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.scenario.Timeline.Mark;
import org.junit.jupiter.api.Test;

class ScenarioResultTest {
  @Test
  void jsonHasTheFieldsOfTheContract() {
    var books = new Totals(5, 3, 1, 2, 3, List.of("lost-1"), List.of("twice-1"));
    var json =
        new ScenarioResult(
                "backlog",
                "orders wait",
                Verdict.FAIL,
                "five accepted",
                6,
                books,
                List.of(
                    new Finding(Rule.LOST, "lost-1", Station.STORED, "inventory stopped", "gone")),
                List.of("only 5 orders"),
                List.of("in doubt: 1"),
                new Timeline(List.of(), List.of(new Mark(1, 2, "inventory stopped"))),
                0)
            .withSeconds(1.25)
            .toJson();

    assertEquals(
        List.of(
            "name",
            "verdict",
            "accepted",
            "reserved",
            "failed",
            "dead_lettered",
            "notified",
            "lost",
            "double_effects",
            "seconds",
            "sent",
            "faults",
            "recovery_seconds",
            "p99_ms",
            "summary",
            "remarks",
            "missing",
            "findings"),
        List.copyOf(json.keySet()));
    assertEquals(
        Arrays.asList(
            "backlog",
            "fail",
            5L,
            3L,
            1L,
            2L,
            3L,
            List.of("lost-1"),
            List.of("twice-1"),
            1.3,
            6L,
            1,
            null,
            null,
            "five accepted",
            List.of("lost: lost-1: gone", "in doubt: 1"),
            List.of("only 5 orders"),
            List.of(
                Map.of(
                    "rule",
                    "lost",
                    "order_id",
                    "lost-1",
                    "station",
                    "stored",
                    "fault",
                    "inventory stopped",
                    "text",
                    "gone"))),
        Arrays.asList(json.values().toArray()));
  }
}
