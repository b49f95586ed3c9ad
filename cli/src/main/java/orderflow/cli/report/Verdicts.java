package orderflow.cli.report;

import orderflow.cli.scenario.Verdict.Outcome;

/** How a verdict looks: always a word, and where wanted a colour with it. */
public final class Verdicts {
  private static final String GREEN = "\033[1;32m";
  private static final String RED = "\033[1;31m";
  private static final String RESET = "\033[0m";

  private Verdicts() {}

  /** The word for an outcome; only what passed or failed has a colour. */
  public static String word(Outcome outcome, boolean coloured) {
    return switch (outcome) {
      case PASS -> word(true, coloured);
      case FAIL -> word(false, coloured);
      case SKIP -> "SKIP";
    };
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
