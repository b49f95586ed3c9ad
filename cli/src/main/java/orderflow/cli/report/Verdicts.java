package orderflow.cli.report;

import java.util.List;
import orderflow.cli.scenario.Verdict;
import orderflow.cli.scenario.Verdict.Outcome;

/** How a verdict looks: always a word, and where wanted a colour with it. */
public final class Verdicts {
  private static final String GREEN = "\033[1;32m";
  private static final String AMBER = "\033[1;33m";
  private static final String RED = "\033[1;31m";
  private static final String RESET = "\033[0m";

  private Verdicts() {}

  /** The word for an outcome; one that was skipped has no colour. */
  public static String word(Outcome outcome, boolean coloured) {
    return switch (outcome) {
      case PASS -> word(true, coloured);
      case FAIL -> word(false, coloured);
      case INCONCLUSIVE -> coloured ? AMBER + outcome.name() + RESET : outcome.name();
      case SKIP -> outcome.name();
    };
  }

  /** How many of {@code verdicts} there are of each kind, for people. */
  static String counts(List<Verdict> verdicts) {
    long inconclusive = count(verdicts, Outcome.INCONCLUSIVE);
    return "%d passed, %d failed, %d skipped%s"
        .formatted(
            count(verdicts, Outcome.PASS),
            count(verdicts, Outcome.FAIL),
            count(verdicts, Outcome.SKIP),
            inconclusive == 0 ? "" : ", " + inconclusive + " inconclusive");
  }

  static long count(List<Verdict> verdicts, Outcome outcome) {
    return verdicts.stream().filter(verdict -> verdict.outcome() == outcome).count();
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
