package orderflow.cli.prove.schedule;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orderflow.cli.prove.environment.EnvironmentFault;

/**
 * Faults and when each is injected and healed. As text: {@code 1.0-2.5 kill order, 4.0-4.5
 * net-slow}.
 *
 * @param entries in order of time
 */
public record FaultSchedule(List<Entry> entries) {
  private static final Pattern ENTRY =
      Pattern.compile("\\s*(\\d{1,6}(?:\\.\\d+)?)\\s*-\\s*(\\d{1,6}(?:\\.\\d+)?)\\s+(\\S.*)");

  private static final double TENTHS = 10;

  public FaultSchedule {
    entries = entries.stream().sorted(Comparator.comparingDouble(Entry::from)).toList();
  }

  /**
   * Times are in seconds after the start, rounded to tenths.
   *
   * @param fault has a text
   */
  public record Entry(double from, double until, EnvironmentFault fault) {
    public Entry {
      from = Math.round(from * TENTHS) / TENTHS;
      until = Math.round(until * TENTHS) / TENTHS;
      if (until < from) {
        throw new IllegalArgumentException(
            "a fault ends at %s, before it begins at %s".formatted(until, from));
      }
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%.1f-%.1f %s", from, until, FaultText.of(fault).orElse("?"));
    }
  }

  /** Whether {@code fault} can be in a schedule. */
  public static boolean hasText(EnvironmentFault fault) {
    return FaultText.of(fault).isPresent();
  }

  /**
   * @throws IllegalArgumentException saying what is wrong
   */
  public static FaultSchedule parse(String text) {
    return new FaultSchedule(
        Stream.of(text.split(",", -1))
            .filter(entry -> !entry.isBlank())
            .map(FaultSchedule::entry)
            .toList());
  }

  private static Entry entry(String text) {
    Matcher parts = ENTRY.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "expected FROM-UNTIL FAULT, such as 1.0-2.5 kill order, not '%s'"
              .formatted(text.strip()));
    }
    return new Entry(
        Double.parseDouble(parts.group(1)),
        Double.parseDouble(parts.group(2)),
        FaultText.parse(parts.group(3)));
  }

  /** The end of the last fault, in seconds; empty without any. */
  public Optional<Double> end() {
    return entries.stream().map(Entry::until).max(Comparator.naturalOrder());
  }

  @Override
  public String toString() {
    return entries.stream().map(Entry::toString).collect(Collectors.joining(", "));
  }
}
