package orderflow.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Takes request targets apart. Strict where the usual helpers replace or drop: what cannot be
 * decoded is refused, so that nothing downstream sees a text the client did not send.
 */
final class Paths {
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
    if (raw.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw malformed();
    }
    String text = raw.indexOf('%') < 0 ? raw : unescape(raw);
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw malformed();
    }
    return text;
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
        found =
            Optional.of(equals < 0 ? "" : decode(pair.substring(equals + 1).replace("+", "%20")));
      }
    }
    return found;
  }

  private static String unescape(String raw) {
    byte[] bytes = new byte[raw.length()];
    int length = 0;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        bytes[length++] = escaped(raw, i);
        i += 2;
      } else {
        bytes[length++] = (byte) c;
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw malformed();
    }
  }

  private static byte escaped(String raw, int percent) {
    if (percent + 2 >= raw.length()
        || !HexFormat.isHexDigit(raw.charAt(percent + 1))
        || !HexFormat.isHexDigit(raw.charAt(percent + 2))) {
      throw malformed();
    }
    return (byte) HexFormat.fromHexDigits(raw, percent + 1, percent + 3);
  }

  private static HttpProblem malformed() {
    return new HttpProblem(400, "malformed_target", "the path or query cannot be decoded");
  }
}
