package orderflow.cli.prove.check;

import java.util.Locale;

/** The verdict on a scenario, or on a whole run. */
public enum Verdict {
  PASS("\033[1;32m"),
  FAIL("\033[1;31m"),
  /** Nothing is proved: too little was observed, or the scenario did not end. */
  INCONCLUSIVE("\033[1;33m"),
  /** The environment does not support it; the summary gives the reason. */
  SKIP("");

  private static final String RESET = "\033[0m";

  private final String colour;

  Verdict(String colour) {
    this.colour = colour;
  }

  public static Verdict of(boolean passed) {
    return passed ? PASS : FAIL;
  }

  /** The word for a terminal. */
  public String label(boolean coloured) {
    return coloured && !colour.isEmpty() ? colour + name() + RESET : name();
  }

  /** The word in JSON. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
