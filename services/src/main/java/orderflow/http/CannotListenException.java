package orderflow.http;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * An address cannot be listened on, for another reason than {@link PortInUseException}'s: it is not
 * this machine's, its name is unknown, or the rights are missing. The message is one line an
 * operator can act on.
 */
public final class CannotListenException extends UncheckedIOException {
  private static final long serialVersionUID = 1L;

  CannotListenException(String message, IOException cause) {
    super(message, cause);
  }
}
