package orderflow.store;

/** The database failed. The message is one line that says how. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Whether trying again later can help. */
  public enum Kind {
    /** Somebody else holds the database. */
    BUSY,
    /** The disk, or the file's limit, is full. */
    FULL,
    /** The file or the server cannot be read or written just now. */
    UNAVAILABLE,
    /** The statement or the data is at fault: the same again fails again. */
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
