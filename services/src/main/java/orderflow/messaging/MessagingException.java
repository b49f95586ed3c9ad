package orderflow.messaging;

/**
 * The broker is not reachable, refused, or a connection or channel was lost. Transient as far as
 * the caller can tell: close, back off, open again. The message is one line that names the cause.
 */
public final class MessagingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MessagingException(String message) {
    super(message);
  }

  public MessagingException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Never null, unlike {@link #getMessage()}'s declared type. */
  public String detail() {
    String message = getMessage();
    return message == null ? "the broker connection failed" : message;
  }
}
