package orderflow.notification;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Reads the header {@code Retry-After}: seconds or a date. */
final class RetryAfter {
  /** A longer pause is cut to this. */
  static final Duration LIMIT = Duration.ofHours(1);

  private static final int MAX_DIGITS = 9;

  private RetryAfter() {}

  /** Zero when the header is missing or invalid. */
  static Duration of(HttpHeaders headers, Instant now) {
    String value = headers.firstValue("Retry-After").orElse("").strip();
    if (value.matches("\\d+")) {
      return value.length() > MAX_DIGITS
          ? LIMIT
          : limited(Duration.ofSeconds(Long.parseLong(value)));
    }
    // The response is dated by the server's own clock, so a difference to ours does not matter.
    Instant sent = headers.firstValue("Date").flatMap(RetryAfter::date).orElse(now);
    return date(value).map(until -> limited(Duration.between(sent, until))).orElse(Duration.ZERO);
  }

  private static Duration limited(Duration pause) {
    if (pause.isNegative()) {
      return Duration.ZERO;
    }
    return pause.compareTo(LIMIT) > 0 ? LIMIT : pause;
  }

  private static Optional<Instant> date(String text) {
    try {
      return Optional.of(
          ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
