package orderflow.messaging;

/**
 * The broker is not reachable, refused, or a connection or channel was lost. Transient as far as
 * the caller can tell: close, back off, open again. The message is one line that names the cause.
 */
public final class MessagingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean advised;
  private final boolean accessRefused;

  public MessagingException(String message) {
    super(message);
    this.advised = false;
    this.accessRefused = false;
  }

  public MessagingException(String message, Throwable cause) {
    this(message, cause, false);
  }

  /**
   * @param advised whether the message says what to do itself
   */
  MessagingException(String message, Throwable cause, boolean advised) {
    super(message, cause);
    this.advised = advised;
    this.accessRefused = Causes.isAccessRefused(cause);
  }

  /** Whether the message says what to do about it, so that nothing need be added. */
  public boolean isAdvised() {
    return advised;
  }

  /** Whether the user lacks the right: the broker has done nothing of what it was asked. */
  public boolean isAccessRefused() {
    return accessRefused;
  }

  /** Never null, unlike {@link #getMessage()}'s declared type. */
  public String detail() {
    String message = getMessage();
    return message == null ? "the broker connection failed" : message;
  }
}
