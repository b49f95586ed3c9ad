package orderflow.event;

/**
 * The one rule for identifiers: {@code [A-Za-z0-9._:-]{1,128}}, and neither {@code .} nor {@code
 * ..}, which are no names in a path. What passes it can be logged, put in a URL path and used as a
 * key without escaping, so a log line cannot be forged by an id.
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
