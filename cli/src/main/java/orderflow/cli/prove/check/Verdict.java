package orderflow.cli.prove.check;

import java.util.Locale;

/** The verdict on a scenario, or on a whole run. */
public enum Verdict {
  PASS,
  FAIL,
  /** Nothing is proved: too little was observed, or the scenario did not end. */
  INCONCLUSIVE,
  /** The environment cannot run it; the summary gives the reason. */
  SKIP;

  public static Verdict of(boolean passed) {
    return passed ? PASS : FAIL;
  }

  /** The word in JSON. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
