package orderflow.cli.view;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The age of a time, such as {@code 12 min ago}, in a unit that leaves about two digits. */
public final class Age {
  private static final Duration MOST_SECONDS = Duration.ofMinutes(2);
  private static final Duration MOST_MINUTES = Duration.ofHours(2);
  private static final Duration MOST_HOURS = Duration.ofDays(2);

  private Age() {}

  /**
   * @param at a time as in RFC 3339; the result is empty for anything else
   */
  public static Optional<String> of(@Nullable String at, Instant now) {
    try {
      return at == null
          ? Optional.empty()
          : Optional.of(of(Duration.between(Instant.parse(at), now)));
    } catch (DateTimeException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private static String of(Duration age) {
    if (age.isNegative()) {
      return "in the future";
    }
    if (age.compareTo(MOST_SECONDS) < 0) {
      return age.toSeconds() + " s ago";
    }
    if (age.compareTo(MOST_MINUTES) < 0) {
      return age.toMinutes() + " min ago";
    }
    return age.compareTo(MOST_HOURS) < 0 ? age.toHours() + " h ago" : age.toDays() + " days ago";
  }
}
