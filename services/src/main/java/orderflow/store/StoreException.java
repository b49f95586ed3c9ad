package orderflow.store;

/** A failure of the database; the message is one line. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Whether trying again later can help. */
  public enum Kind {
    /** Another program locks the database. */
    BUSY,
    /** The disk, or the file's limit, is full. */
    FULL,
    /** The file or the server cannot be read or written at the moment. */
    UNAVAILABLE,
    /** The statement or the data is at fault: a retry fails again. */
    PERMANENT
  }

  private final Kind kind;

  public StoreException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public StoreException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  public boolean isTransient() {
    return switch (kind) {
      case BUSY, FULL, UNAVAILABLE -> true;
      case PERMANENT -> false;
    };
  }

  /** Never null, unlike {@link #getMessage()}'s declared type. */
  public String detail() {
    String message = getMessage();
    return message == null ? kind.name() : message;
  }
}
