package orderflow.cli.prove.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import orderflow.cli.prove.scenario.ScenarioResult;
import orderflow.cli.prove.scenario.Timeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results on a terminal. */
class TextReportTest {
  private static final List<ScenarioResult> VERDICTS =
      List.of(
          Reports.passed("backlog", Timeline.EMPTY),
          Reports.skipped("kill-notification", "there is no such service here"));

  private static String printed(int columns) {
    var text = new StringWriter();
    new TextReport(new PrintWriter(text), false, columns).print(VERDICTS);
    return text.toString();
  }

  @Test
  void eachScenarioHasALineWithDetailsBelow() {
    List<String> lines = printed(0).lines().toList();

    assertEquals("PASS  backlog             21.3 s", lines.getFirst());
    assertTrue(lines.contains("SKIP  kill-notification    0.0 s"), lines.toString());
    assertTrue(lines.contains("      there is no such service here"), lines.toString());
    assertEquals("1 passed, 0 failed, 1 skipped", lines.getLast());
    assertEquals(printed(0), printed(120));
  }

  @Test
  void numberStaysWithItsName() {
    String sums = "9 accepted = 9 reserved + 0 failed, 9 notified; lost 0, double effects 0";
    var text = new StringWriter();
    new TextReport(new PrintWriter(text), false, 32)
        .print(List.of(Reports.skipped("backlog", sums)));

    assertEquals(
        List.of(
            "      9 accepted = 9 reserved",
            "      + 0 failed, 9 notified;",
            "      lost 0, double effects 0"),
        text.toString().lines().skip(1).limit(3).toList());
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 33, 40, 79})
  void linesFitTheTerminalWidth(int columns) {
    printed(columns)
        .lines()
        .filter(line -> !line.startsWith("SKIP") && !line.contains("passed"))
        .forEach(line -> assertTrue(line.length() <= columns, line));
  }
}
