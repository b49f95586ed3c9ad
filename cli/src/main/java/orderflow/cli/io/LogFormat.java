package orderflow.cli.io;

import java.util.Locale;

/** How log lines are written. */
public enum LogFormat {
  /** For people and grep. */
  TEXT,
  /** One JSON object a line, for log collectors. */
  JSON;

  /** As it is named on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
