package orderflow.messaging;

/**
 * A request to the broker failed, or its connection or channel was lost: close, back off, open
 * again. The message is one line that names the cause.
 */
public final class MessagingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The kind of failure. */
  public enum Kind {
    /** Nothing accepts a connection at the address, or the host name is unknown. */
    UNREACHABLE,
    /** The broker did not respond or confirm in time. */
    TIMEOUT,
    /** Wrong user or password. */
    AUTHENTICATION_FAILED,
    /** No TLS connection, or TLS where the address has none. */
    TLS_FAILED,
    /**
     * The virtual host does not exist, or the user has no access to it: AMQP does not distinguish
     * these.
     */
    VHOST_REFUSED,
    CONNECTION_LOST,
    /** The user lacks a permission. */
    ACCESS_REFUSED,
    /** The exchange or queue does not exist. */
    NOT_FOUND,
    /** Another connection uses the queue exclusively. */
    RESOURCE_LOCKED,
    /** The exchange or queue exists with other properties. */
    PRECONDITION_FAILED,
    /** The broker closed the channel for another reason. */
    REQUEST_REFUSED,
    /** An exchange or queue is missing or has other properties, so nothing was sent to it. */
    DESTINATION_UNUSABLE,
    /** The broker returned a message, or nacked it. */
    MESSAGE_REFUSED,
    /** The queue was deleted or moved. */
    CONSUMER_CANCELLED,
    /** A message is larger than this process accepts. */
    MESSAGE_TOO_LARGE;

    /** Whether the broker is there and refused: the same request is refused again. */
    public boolean isRefusal() {
      return closesChannel() || this == DESTINATION_UNUSABLE || this == CONSUMER_CANCELLED;
    }

    /** Whether the message contains advice. */
    public boolean hasAdvice() {
      return this == TLS_FAILED || this == VHOST_REFUSED || this == MESSAGE_TOO_LARGE;
    }

    /** Whether the broker closed the channel because of a request on it. */
    public boolean closesChannel() {
      return switch (this) {
        case ACCESS_REFUSED, NOT_FOUND, RESOURCE_LOCKED, PRECONDITION_FAILED, REQUEST_REFUSED ->
            true;
        default -> false;
      };
    }
  }

  private final Kind kind;

  /** A lost connection. */
  public MessagingException(String message) {
    this(Kind.CONNECTION_LOST, message);
  }

  public MessagingException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** With the kind that {@code cause} has. */
  public MessagingException(String message, Throwable cause) {
    this(AmqpErrors.kindOf(cause), message, cause);
  }

  MessagingException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** Never null, unlike {@link #getMessage()}'s declared type. */
  public String detail() {
    String message = getMessage();
    return message == null ? "the broker connection failed" : message;
  }
}
