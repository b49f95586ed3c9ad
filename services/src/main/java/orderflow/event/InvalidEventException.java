package orderflow.event;

import org.jspecify.annotations.Nullable;

/**
 * Bytes or values are not an event of the contract. Permanent: a consumer dead-letters the message
 * and an HTTP endpoint answers 4xx. The text does not contain the input.
 */
public final class InvalidEventException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The kind of invalid input. */
  public enum Kind {
    /** Not JSON, not UTF-8, a field missing or of the wrong JSON type. */
    MALFORMED,
    /** A field has the right type, but a value outside its range. */
    INVALID
  }

  private final Kind kind;
  private final @Nullable String field;
  private final boolean missing;

  private InvalidEventException(Kind kind, @Nullable String field, String message) {
    this(kind, field, message, false);
  }

  private InvalidEventException(
      Kind kind, @Nullable String field, String message, boolean missing) {
    super(message, null, false, false);
    this.kind = kind;
    this.field = field;
    this.missing = missing;
  }

  static InvalidEventException malformed(String message) {
    return new InvalidEventException(Kind.MALFORMED, null, message);
  }

  static InvalidEventException malformed(String field, String message) {
    return new InvalidEventException(Kind.MALFORMED, field, message);
  }

  static InvalidEventException missing(String field) {
    return new InvalidEventException(Kind.MALFORMED, field, field + " is missing", true);
  }

  static InvalidEventException invalid(String field, String message) {
    return new InvalidEventException(Kind.INVALID, field, message);
  }

  public Kind kind() {
    return kind;
  }

  /** The invalid field, or null for the body as a whole. */
  public @Nullable String field() {
    return field;
  }

  /** Whether {@link #field} is missing. */
  public boolean isMissing() {
    return missing;
  }

  /** Never null, unlike {@link #getMessage()}'s declared type. */
  public String detail() {
    String message = getMessage();
    return message == null ? kind.name() : message;
  }
}
