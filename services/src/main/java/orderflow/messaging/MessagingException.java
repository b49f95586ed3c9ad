package orderflow.messaging;

/**
 * The broker is not reachable, refused, or a connection or channel was lost. Transient as far as
 * the caller can tell: close, back off, open again. The message is one line that names the cause.
 */
public final class MessagingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean advised;
  private final boolean refused;
  private final boolean accessRefused;
  private final boolean exchangeRefused;
  private final boolean closedByBroker;

  public MessagingException(String message) {
    super(message);
    this.advised = false;
    this.refused = false;
    this.accessRefused = false;
    this.exchangeRefused = false;
    this.closedByBroker = false;
  }

  public MessagingException(String message, Throwable cause) {
    this(message, cause, false, Causes.isRefusal(cause));
  }

  /**
   * @param advised whether the message says what to do itself
   */
  MessagingException(String message, Throwable cause, boolean advised) {
    this(message, cause, advised, false);
  }

  private MessagingException(String message, Throwable cause, boolean advised, boolean refused) {
    super(message, cause);
    this.advised = advised;
    this.refused = refused;
    this.accessRefused = Causes.isAccessRefused(cause);
    this.exchangeRefused = Causes.isExchangeRefused(cause);
    this.closedByBroker = Causes.isRefusal(cause);
  }

  /** Whether the message says what to do about it, so that nothing need be added. */
  public boolean isAdvised() {
    return advised;
  }

  /** The broker is there, and said no as it will say again. */
  static MessagingException refused(String message, Throwable cause) {
    return new MessagingException(message, cause, false, true);
  }

  /** The same, where the broker's answer was no exception. */
  static MessagingException refused(String message) {
    return refused(message, new IllegalStateException(message));
  }

  /** Whether the broker is known to be there and to have said no: trying again changes nothing. */
  public boolean isRefused() {
    return refused;
  }

  /** Whether the user lacks the right: the broker has done nothing of what it was asked. */
  public boolean isAccessRefused() {
    return accessRefused;
  }

  /**
   * Whether a broker that refused a message takes none for its exchange: the exchange does not
   * exist, or the user lacks the right.
   */
  public boolean isExchangeRefused() {
    return exchangeRefused;
  }

  /** Whether the broker closed a channel because of what it was sent there. */
  public boolean isClosedByBroker() {
    return closedByBroker;
  }

  /** Never null, unlike {@link #getMessage()}'s declared type. */
  public String detail() {
    String message = getMessage();
    return message == null ? "the broker connection failed" : message;
  }
}
