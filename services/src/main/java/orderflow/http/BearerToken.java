package orderflow.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.List;

/**
 * A token that a client can send in a header. Wider than RFC 6750 requires, as services only
 * compare it.
 */
public final class BearerToken {
  public static final int MAX_LENGTH = 4_096;
  public static final String RULE = "1 to 4096 visible ASCII characters, without blanks";
  private static final String SCHEME = "bearer ";

  private BearerToken() {}

  /** Whether {@code token} follows {@link #RULE}. */
  public static boolean isValid(String token) {
    return !token.isEmpty()
        && token.length() <= MAX_LENGTH
        && token.chars().allMatch(c -> c > ' ' && c <= '~');
  }

  /** Whether the only one of the {@code Authorization} headers carries {@code token}. */
  static boolean isIn(List<String> headers, String token) {
    if (headers.size() != 1 || !headers.getFirst().regionMatches(true, 0, SCHEME, 0, 7)) {
      return false;
    }
    String given = headers.getFirst().substring(SCHEME.length()).trim();
    return MessageDigest.isEqual(token.getBytes(UTF_8), given.getBytes(UTF_8));
  }
}
