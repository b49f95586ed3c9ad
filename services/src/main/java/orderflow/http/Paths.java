package orderflow.http;

import java.util.List;
import java.util.Optional;
import orderflow.net.UriParts;

/**
 * Takes request targets apart. Strict where the usual helpers replace or drop: a target that cannot
 * be decoded is refused, so that no service sees a text that the client did not send.
 */
final class Paths {
  /** ASCII that RFC 3986 does not allow here, but that clients send and that does no harm. */
  private static final String TOLERATED = "\"/<>?@[\\]^`{|}#";

  private Paths() {}

  /** The segments of a path that starts with a slash: {@code /a/b} gives a, b. */
  static List<String> split(String path) {
    return List.of(path.substring(1).split("/", -1));
  }

  /**
   * Percent-decoded, UTF-8.
   *
   * @throws HttpProblem 400 for a broken escape, invalid UTF-8 or a control character
   */
  static String decode(String raw) {
    try {
      String text = UriParts.decode("target", raw, TOLERATED);
      if (raw.chars().allMatch(c -> c <= '~') && text.chars().noneMatch(Character::isISOControl)) {
        return text;
      }
    } catch (IllegalArgumentException e) {
      // refused below
    }
    throw new HttpProblem(400, "malformed_target", "the path or query cannot be decoded");
  }

  /**
   * The value of {@code name} in a raw query.
   *
   * @throws HttpProblem 400 when it occurs twice or cannot be decoded
   */
  static Optional<String> parameter(String rawQuery, String name) {
    Optional<String> found = Optional.empty();
    for (String pair : rawQuery.split("&", -1)) {
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      if (decode(key.replace("+", "%20")).equals(name)) {
        if (found.isPresent()) {
          throw new HttpProblem(400, "repeated_parameter", "a query parameter occurs twice");
        }
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        found = Optional.of(decode(value.replace("+", "%20")));
      }
    }
    return found;
  }
}
