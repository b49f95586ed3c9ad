package orderflow.cli.embedded;

/** The embedded broker did not start; the message is one line with advice. */
public sealed class BrokerStartException extends RuntimeException permits DataFolderInUseException {
  private static final long serialVersionUID = 1L;

  BrokerStartException(String message) {
    super(message);
  }

  BrokerStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
