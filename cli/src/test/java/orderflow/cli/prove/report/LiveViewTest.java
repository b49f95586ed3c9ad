package orderflow.cli.prove.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import orderflow.cli.load.Latency;
import orderflow.cli.prove.scenario.Scenario;
import orderflow.cli.prove.scenario.Scenarios;
import orderflow.cli.prove.scenario.Timeline;
import orderflow.cli.prove.scenario.Timeline.Sample;
import orderflow.cli.view.StatusLines;
import org.jline.terminal.Size;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The live view of a running scenario. */
class LiveViewTest {
  private static final Scenario BACKLOG =
      new Scenarios("run", 1, false, Clock.systemUTC()).named(List.of("backlog")).getFirst();

  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private LineDisciplineTerminal terminal;
  private LiveView view;

  @BeforeEach
  void start() throws Exception {
    terminal = new LineDisciplineTerminal("test", "xterm", sent, StandardCharsets.UTF_8);
    terminal.setSize(Size.of(80, 24));
    view = new LiveView(new StatusLines(terminal, new PrintWriter(Writer.nullWriter())), true);
  }

  @AfterEach
  void stop() {
    view.close();
  }

  private String sent() {
    String text = sent.toString(StandardCharsets.UTF_8);
    sent.reset();
    return text;
  }

  private static Sample sample(double seconds, long accepted, long decided, long waiting) {
    return new Sample(seconds, accepted, decided, waiting, 0, -1, 3, 12, new Latency(3, 12.4, 30));
  }

  @Test
  void scenarioFaultDepthsAndCountsAreShown() {
    view.scenarioStarted(BACKLOG, 2, 5);
    view.phase("orders keep coming");
    for (int n = 0; n <= 8; n++) {
      view.sample(sample(n / 4.0, n * 25L, 0, n * 1_000L));
    }
    view.faultStarted("inventory stopped");
    sent();
    terminal.setSize(Size.of(79, 24)); // so that all is drawn anew
    view.sample(sample(6, 1_200, 50, 9_000));
    String drawn = sent();

    assertTrue(drawn.contains("2 of 5  backlog: orders keep coming while inventory is stopped"));
    assertTrue(drawn.contains(" 6 s"), drawn);
    assertTrue(drawn.contains("! inventory stopped (4 s)"), drawn);
    assertTrue(drawn.contains("order_placed            9,000  ▁▁▂▃▄▄▅▆▇█"), drawn);
    assertTrue(drawn.contains("order_outcome               ?  ??????????"), drawn);
    assertTrue(drawn.contains("accepted 1,200 (226/s)   decided 50 (11/s)   p99 12 ms"), drawn);
  }

  @Test
  void healedFaultIsNotShown() {
    view.scenarioStarted(BACKLOG, 1, 1);
    view.faultStarted("inventory stopped");
    view.faultEnded("inventory stopped");
    terminal.setSize(Size.of(79, 24));
    sent();
    view.sample(sample(6, 1_200, 50, 9_000));

    assertFalse(sent().contains("inventory stopped"));
  }

  @Test
  void verdictStaysAndTheLiveLinesAreErased() {
    view.scenarioStarted(BACKLOG, 1, 1);
    view.sample(sample(6, 1_200, 50, 9_000));
    view.scenarioEnded(Reports.passed("backlog", Timeline.EMPTY));
    String verdict = sent();
    view.sample(sample(7, 1_300, 60, 9_000));

    assertTrue(
        verdict.contains("  backlog              21.3 s  2,000 accepted, 0 lost, 0 double effects"),
        verdict);
    assertTrue(verdict.contains("PASS"), verdict);
    assertEquals("", sent(), "nothing is drawn between scenarios");
  }

  @Test
  void twentyColumnsAreEnough() {
    terminal.setSize(Size.of(21, 14));
    view.scenarioStarted(BACKLOG, 1, 1);
    sent();
    terminal.setSize(Size.of(20, 14)); // so that all is drawn anew
    view.sample(sample(6, 1_200, 50, 9_000));
    String drawn = sent();

    assertTrue(drawn.contains("1 of 1  backlo… 6 s"), drawn);
    assertTrue(drawn.contains("9,000"), drawn);
    assertTrue(drawn.contains("accepted 1,200"), drawn);
    assertTrue(drawn.contains("decided 50 (-/s)"), drawn);
  }

  @Test
  void verdictIsCompleteOnTwentyColumns() {
    terminal.setSize(Size.of(20, 14));
    view.scenarioStarted(BACKLOG, 1, 1);
    sent();
    view.scenarioEnded(Reports.passed("backlog", Timeline.EMPTY));
    String drawn = sent();

    assertTrue(drawn.contains("  2,000 accepted, 0"), drawn);
    assertTrue(drawn.contains("  lost, 0 double"), drawn);
    assertTrue(drawn.contains("  effects"), drawn);
  }
}
