package orderflow.http;

/**
 * The one rule for tokens: what a client can send in a header, and nothing that a header would end
 * at. Wider than RFC 6750 asks for, as services only compare it.
 */
public final class BearerToken {
  public static final int MAX_LENGTH = 4_096;
  public static final String RULE = "1 to 4096 visible ASCII characters, without blanks";

  private BearerToken() {}

  /** Whether {@code token} follows {@link #RULE}. */
  public static boolean isValid(String token) {
    return !token.isEmpty()
        && token.length() <= MAX_LENGTH
        && token.chars().allMatch(c -> c > ' ' && c <= '~');
  }
}
