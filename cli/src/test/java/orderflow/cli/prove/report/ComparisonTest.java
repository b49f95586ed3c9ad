package orderflow.cli.prove.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import orderflow.cli.io.CliException;
import orderflow.cli.prove.scenario.ScenarioResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class ComparisonTest {
  private static final ScenarioResult BACKLOG =
      Reports.passed("backlog", Reports.outage(20, "inventory stopped"));

  private static List<String> lines(String earlier, ScenarioResult... now) {
    return Comparison.of("old.json", earlier.replace('\'', '"')).lines(List.of(now));
  }

  @Test
  void sameRunHasNoDifference() {
    String output = JsonMapper.shared().writeValueAsString(TextReport.toJson(List.of(BACKLOG)));

    assertEquals(List.of("no scenario has another verdict or is slower"), lines(output, BACKLOG));
  }

  @Test
  void otherVerdictsComeFirst() {
    assertEquals(
        List.of(
            "backlog passes, was inconclusive",
            "kill-order is fail now, was pass",
            "backlog is slower: took 21.3 s, was 9.0 s"),
        lines(
            "{'scenarios':[{'name':'backlog','verdict':'inconclusive','seconds':9},"
                + "{'name':'kill-order','verdict':'pass'}]}",
            BACKLOG,
            Reports.failed("kill-order", List.of("order-1"))));
  }

  /** The p99 is 12 ms, 12 s of backlog follow the fault. */
  @Test
  void figureIsSlowerWhenItIsMoreByAFactorAndByAnAmount() {
    assertEquals(
        List.of("backlog is slower: recovery 2.8 s, was 0.5 s"),
        lines(
            "{'scenarios':[{'name':'backlog','verdict':'pass','p99_ms':1,'recovery_seconds':0.5,"
                + "'seconds':15}]}",
            BACKLOG));
  }

  @Test
  void newAndMissingScenariosAreNamed() {
    assertEquals(
        List.of("new: backlog", "not run now: poison, net-cut"),
        lines("{'scenarios':[{'name':'poison'},{'name':'net-cut','verdict':'pass'}]}", BACKLOG));
  }

  @Test
  void figuresThatWereNotMeasuredAreNotCompared() {
    assertEquals(
        List.of("no scenario has another verdict or is slower"),
        lines(
            "{'scenarios':[{'name':'backlog','verdict':'pass','p99_ms':null,"
                + "'recovery_seconds':null,'seconds':'?'}]}",
            BACKLOG));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no json", "[]", "{'scenarios':1}"})
  void otherFilesAreRefused(String content) {
    var e = assertThrows(CliException.class, () -> lines(content, BACKLOG));

    assertTrue(e.problem().startsWith("--compare: old.json is not "), e.problem());
  }
}
