package orderflow.tls;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** TLS cannot be set up from the given files. The message is one line for the operator. */
public final class TlsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TlsException(String message, @Nullable Exception cause) {
    super(message, cause);
  }

  static TlsException unreadable(Path file, IOException cause) {
    String why =
        switch (cause) {
          case NoSuchFileException _ -> "there is no such file";
          case AccessDeniedException _ -> "access is denied";
          default -> String.valueOf(cause.getMessage());
        };
    return new TlsException(file + " cannot be read: " + why, cause);
  }
}
