package orderflow.cli.contexts;

import org.jspecify.annotations.Nullable;

/** The file of contexts is of no use. The message is one line that says where and why. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConfigException(String message, @Nullable Exception cause) {
    super(message, cause);
  }
}
