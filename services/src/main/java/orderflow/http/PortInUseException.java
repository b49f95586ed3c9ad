package orderflow.http;

/** Another program already listens there. The message is one line an operator can act on. */
public final class PortInUseException extends RuntimeException {
  private final String bind;
  private final int port;

  PortInUseException(String bind, int port, Throwable cause) {
    super(
        "port %d on %s is in use by another program: stop it or choose another port"
            .formatted(port, bind),
        cause);
    this.bind = bind;
    this.port = port;
  }

  public String bind() {
    return bind;
  }

  public int port() {
    return port;
  }
}
