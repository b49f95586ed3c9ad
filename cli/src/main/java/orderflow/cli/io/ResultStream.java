package orderflow.cli.io;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Standard output that remembers its first failure, which a {@code PrintWriter} swallows, and
 * writes nothing after it. Thread-safe.
 */
public final class ResultStream extends OutputStream {
  private final OutputStream target;
  private @Nullable IOException failure;

  public ResultStream(OutputStream target) {
    this.target = target;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    if (failure != null) {
      throw failure;
    }
    try {
      target.write(bytes, offset, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  @Override
  public synchronized void flush() throws IOException {
    target.flush();
  }

  /** Why output is incomplete; empty when it is complete or the reader closed the pipe. */
  public synchronized Optional<String> problem() {
    return Optional.ofNullable(failure).map(FileErrors::of).filter(why -> !isClosedByReader(why));
  }

  /** The errors after {@code | head} and {@code >&-}; Java has no type for them. */
  private static boolean isClosedByReader(String why) {
    return why.contains("Broken pipe") || why.contains("Bad file descriptor");
  }
}
