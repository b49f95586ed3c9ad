package orderflow.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** TLS cannot be set up as it was asked for. The message is one line for the operator. */
public final class TlsException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MOST_BYTES = 1 << 20;

  TlsException(String message, @Nullable Exception cause) {
    super(message, cause);
  }

  /** The file's bytes, at most a megabyte of them; what cannot be read is said. */
  static byte[] bytes(Path file) {
    if (Files.isDirectory(file)) {
      throw new TlsException(file + " cannot be read: it is a folder", null);
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MOST_BYTES);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static TlsException unreadable(Path file, IOException cause) {
    String why =
        switch (cause) {
          case NoSuchFileException _ -> "there is no such file";
          case AccessDeniedException _ -> "access is denied";
          default -> String.valueOf(cause.getMessage());
        };
    return new TlsException(file + " cannot be read: " + why, cause);
  }
}
