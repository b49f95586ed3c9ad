package orderflow.http;

import java.net.BindException;

/** Another program listens on the port. The message is one line for the operator. */
public final class PortInUseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String bind;
  private final int port;

  public PortInUseException(String bind, int port, Throwable cause) {
    super(
        "port %d on %s is in use by another program: stop it or choose another port"
            .formatted(port, bind),
        cause);
    this.bind = bind;
    this.port = port;
  }

  /** Whether binding failed because the port is in use. */
  public static boolean isReasonFor(BindException failure) {
    return String.valueOf(failure.getMessage()).contains("in use");
  }

  public String bind() {
    return bind;
  }

  public int port() {
    return port;
  }
}
