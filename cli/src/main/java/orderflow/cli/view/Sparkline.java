package orderflow.cli.view;

/** Numbers as a row of bars, one character each. */
public final class Sparkline {
  private static final String BARS = "▁▂▃▄▅▆▇█";
  private static final long LEAST_PEAK = 7;
  private static final char UNKNOWN = '?';

  private Sparkline() {}

  /**
   * At most {@code columns} bars, each for the maximum of its values; a negative value is unknown.
   */
  public static String of(long[] values, int columns) {
    long peak = LEAST_PEAK; // one message must not look like a flood
    for (long value : values) {
      peak = Math.max(peak, value);
    }
    var sparks = new StringBuilder();
    int bars = Math.min(columns, values.length);
    for (int bar = 0; bar < bars; bar++) {
      int from = (int) ((long) bar * values.length / bars);
      int until = Math.max(from + 1, (int) ((bar + 1L) * values.length / bars));
      long most = -1;
      for (int i = from; i < until; i++) {
        most = Math.max(most, values[i]);
      }
      sparks.append(most < 0 ? UNKNOWN : BARS.charAt((int) (most * (BARS.length() - 1) / peak)));
    }
    return sparks.toString();
  }
}
