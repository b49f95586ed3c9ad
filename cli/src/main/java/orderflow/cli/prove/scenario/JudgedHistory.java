package orderflow.cli.prove.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.load.Latency;
import orderflow.cli.prove.check.Checker;
import orderflow.cli.prove.check.Judgment;
import orderflow.cli.prove.check.Totals;
import orderflow.cli.prove.history.HistoryReader;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.cli.prove.scenario.Timeline.Mark;
import orderflow.cli.prove.scenario.Timeline.Sample;
import orderflow.cli.view.Text;
import orderflow.messaging.Topology;
import org.jspecify.annotations.Nullable;

/** The result of a scenario by its history alone. */
public final class JudgedHistory {
  private HistoryRecord.@Nullable Start start;
  private final List<Sample> samples = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();
  private final Map<String, Double> begun = new LinkedHashMap<>();
  private double seconds;

  private JudgedHistory() {}

  /** The result of the scenario whose history is complete and closed. */
  static ScenarioResult result(HistoryWriter history) {
    ScenarioResult result = result(history.file());
    Optional<String> problem = history.problem();
    if (problem.isPresent()) {
      throw new CliException(ExitCode.FAILED, problem.get());
    }
    return result;
  }

  /**
   * The result of the scenario in {@code file}.
   *
   * @throws CliException when it is no history
   */
  public static ScenarioResult result(Path file) {
    var view = new JudgedHistory();
    try {
      HistoryReader.read(file, view::accept);
      return view.result(Checker.judge(file));
    } catch (IOException e) {
      throw new CliException(ExitCode.FAILED, "the history cannot be read: " + e.getMessage(), e);
    }
  }

  private void accept(HistoryRecord next) {
    seconds = Math.max(seconds, next.t() / 1e3);
    if (next instanceof HistoryRecord.Start first) {
      start = first;
    } else if (next instanceof HistoryRecord.Fault change) {
      if (change.phase().equals("start")) {
        begun.put(change.fault(), change.t() / 1e3);
      } else {
        double until = change.t() / 1e3;
        Double from = begun.remove(change.fault());
        marks.add(new Mark(from == null ? until : from, until, change.fault()));
      }
    } else if (next instanceof HistoryRecord.Sample sample) {
      samples.add(
          new Sample(
              sample.t() / 1e3,
              sample.accepted(),
              sample.decided(),
              ready(sample, Topology.ORDER_PLACED),
              ready(sample, Topology.INVENTORY_RESERVED),
              ready(sample, Topology.ORDER_OUTCOME),
              ready(sample, Sample.DEAD_LETTERS),
              sample.p99Ms(),
              new Latency(sample.recent().get(0), sample.recent().get(1), sample.recent().get(2))));
    }
  }

  private static long ready(HistoryRecord.Sample sample, String queue) {
    return sample.ready().getOrDefault(queue, -1L);
  }

  private ScenarioResult result(Judgment judgment) {
    HistoryRecord.Start first = start;
    return new ScenarioResult(
        first == null ? "unknown" : first.name(),
        first == null ? "" : first.purpose(),
        judgment.verdict(),
        judgment.totals().isJudged()
            ? summary(judgment.totals(), judgment.unexplained())
            : judgment.missing().getFirst(),
        judgment.sent(),
        judgment.totals(),
        judgment.findings(),
        judgment.missing(),
        judgment.remarks(),
        new Timeline(samples, marks),
        seconds);
  }

  private static String summary(Totals totals, long unexplained) {
    return String.format(
        Locale.ROOT,
        "%s accepted = %s reserved + %s failed + %s dead, %s notified; lost %s, double effects %s,"
            + " unexplained %s",
        Text.grouped(totals.accepted()),
        Text.grouped(totals.reserved()),
        Text.grouped(totals.failed()),
        Text.grouped(totals.deadLettered()),
        Text.grouped(totals.notified()),
        Text.grouped(totals.lost().size()),
        Text.grouped(totals.doubleEffects().size()),
        Text.grouped(unexplained));
  }
}
