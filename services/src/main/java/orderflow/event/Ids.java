package orderflow.event;

/**
 * The rule for identifiers: {@code [A-Za-z0-9._:-]{1,128}} except {@code .} and {@code ..}. A valid
 * id needs no escaping in logs, URL paths and keys, so it cannot forge a log line.
 */
public final class Ids {
  public static final int MAX_LENGTH = 128;
  public static final String RULE = "1 to 128 characters of A-Z a-z 0-9 . _ : - (not . or ..)";

  private Ids() {}

  /** Whether {@code id} follows {@link #RULE}. */
  public static boolean isValid(String id) {
    int length = id.length();
    if (length == 0 || length > MAX_LENGTH || id.equals(".") || id.equals("..")) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (!isAllowed(id.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAllowed(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == ':'
        || c == '-';
  }

  static void require(String field, String id) {
    if (!isValid(id)) {
      throw InvalidEventException.invalid(field, field + " must be " + RULE);
    }
  }
}
