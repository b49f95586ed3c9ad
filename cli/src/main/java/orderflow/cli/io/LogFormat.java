package orderflow.cli.io;

import java.util.Locale;

/** The format of log lines. */
public enum LogFormat {
  /** Human-readable lines. */
  TEXT,
  /** One JSON object per line. */
  JSON;

  /** The name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
