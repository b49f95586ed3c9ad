package orderflow.cli.embedded;

/** The embedded broker could not be started. The message is one line an operator can act on. */
public sealed class BrokerStartException extends RuntimeException permits DataFolderInUseException {
  private static final long serialVersionUID = 1L;

  BrokerStartException(String message) {
    super(message);
  }

  BrokerStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
