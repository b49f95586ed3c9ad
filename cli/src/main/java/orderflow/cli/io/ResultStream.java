package orderflow.cli.io;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where results go, and whether they went there: the writers above swallow what fails. From the
 * first failure on nothing more is written, so what is there is the beginning. Thread-safe.
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

  /** Why not all of it was written; empty when all was, or when the reader wanted no more. */
  public synchronized Optional<String> cutBy() {
    return Optional.ofNullable(failure).map(FileErrors::of).filter(why -> !isReadersWish(why));
  }

  /** As {@code | head} and {@code >&-} do, in the system's words. */
  private static boolean isReadersWish(String why) {
    return why.contains("Broken pipe") || why.contains("Bad file descriptor");
  }
}
