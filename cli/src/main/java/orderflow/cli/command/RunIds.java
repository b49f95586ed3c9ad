package orderflow.cli.command;

import java.util.Locale;
import orderflow.cli.io.CliContext;

/** Unique ids: time first, so that they sort, then randomness. */
final class RunIds {
  private static final int RADIX = 36;
  private static final int RANDOM = RADIX * RADIX * RADIX * RADIX;

  private RunIds() {}

  static String next(String prefix, CliContext cli) {
    return String.format(
            Locale.ROOT,
            "%s-%s-%4s",
            prefix,
            Long.toString(cli.clock().millis(), RADIX),
            Integer.toString(cli.random().nextInt(RANDOM), RADIX))
        .replace(' ', '0');
  }
}
