package orderflow.cli.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import orderflow.cli.scenario.Verdict.Books;
import org.junit.jupiter.api.Test;

class VerdictTest {
  @Test
  void theJsonIsTheContracts() {
    var books = new Books(5, 3, 1, 2, 3, List.of("lost-1"), List.of("twice-1"));
    var json =
        Verdict.of("backlog", false, "five accepted", books, List.of("lost: lost-1"))
            .lasting(1.25)
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
            "seconds"),
        List.copyOf(json.keySet()));
    assertEquals(
        List.of("backlog", "fail", 5L, 3L, 1L, 2L, 3L, List.of("lost-1"), List.of("twice-1"), 1.3),
        List.copyOf(json.values()));
  }
}
