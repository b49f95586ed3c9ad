package orderflow.http;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The server cannot listen on an address, other than because of {@link PortInUseException}: it is
 * not an address of this machine, its name is unknown, or permission is missing. The message is one
 * line for the operator.
 */
public final class CannotListenException extends UncheckedIOException {
  private static final long serialVersionUID = 1L;

  CannotListenException(String message, IOException cause) {
    super(message, cause);
  }
}
