package orderflow.notification;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** How long a server asks its clients to wait: the header {@code Retry-After}. */
final class RetryAfter {
  /** Whatever it asks for, it is asked again by then. */
  static final Duration MOST = Duration.ofHours(1);

  private RetryAfter() {}

  /** Zero when it asks for nothing, or for nothing that can be understood. */
  static Duration of(HttpHeaders headers, Instant now) {
    String asked = headers.firstValue("Retry-After").orElse("").strip();
    if (asked.matches("\\d+")) {
      return asked.length() > 9 ? MOST : bounded(Duration.ofSeconds(Long.parseLong(asked)));
    }
    // The server's own clock dates the answer, so that a difference to ours does not matter.
    Instant sent = headers.firstValue("Date").flatMap(RetryAfter::date).orElse(now);
    return date(asked).map(until -> bounded(Duration.between(sent, until))).orElse(Duration.ZERO);
  }

  private static Duration bounded(Duration asked) {
    Duration least = asked.isNegative() ? Duration.ZERO : asked;
    return least.compareTo(MOST) > 0 ? MOST : least;
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
