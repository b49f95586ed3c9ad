package orderflow.cli.prove.report;

import java.util.List;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.scenario.ScenarioResult;

/** How a verdict looks: always a word, and where wanted a colour with it. */
public final class VerdictLabel {
  private static final String GREEN = "\033[1;32m";
  private static final String AMBER = "\033[1;33m";
  private static final String RED = "\033[1;31m";
  private static final String RESET = "\033[0m";

  private VerdictLabel() {}

  /** The word for an outcome; one that was skipped has no colour. */
  public static String word(Verdict outcome, boolean coloured) {
    return switch (outcome) {
      case PASS -> word(true, coloured);
      case FAIL -> word(false, coloured);
      case INCONCLUSIVE -> coloured ? AMBER + outcome.name() + RESET : outcome.name();
      case SKIP -> outcome.name();
    };
  }

  /** How many of {@code verdicts} there are of each kind, for people. */
  static String counts(List<ScenarioResult> verdicts) {
    long inconclusive = count(verdicts, Verdict.INCONCLUSIVE);
    return "%d passed, %d failed, %d skipped%s"
        .formatted(
            count(verdicts, Verdict.PASS),
            count(verdicts, Verdict.FAIL),
            count(verdicts, Verdict.SKIP),
            inconclusive == 0 ? "" : ", " + inconclusive + " inconclusive");
  }

  static long count(List<ScenarioResult> verdicts, Verdict outcome) {
    return verdicts.stream().filter(verdict -> verdict.verdict() == outcome).count();
  }

  public static String word(boolean passed, boolean coloured) {
    String word = passed ? "PASS" : "FAIL";
    return coloured ? (passed ? GREEN : RED) + word + RESET : word;
  }

  /** The word in JSON. */
  public static String json(boolean passed) {
    return passed ? "pass" : "fail";
  }
}
