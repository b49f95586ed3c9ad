package orderflow.cli.shell;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.function.Consumer;

/** Writes through to another writer and passes each line, cut if very long, to a listener. */
public final class TeeWriter extends Writer {
  private static final int MAX_LINE = 4 * 1024;

  private final PrintWriter out;
  private final Consumer<String> listener;
  private final StringBuilder line = new StringBuilder();

  public TeeWriter(PrintWriter out, Consumer<String> listener) {
    this.out = out;
    this.listener = listener;
  }

  @Override
  public void write(char[] text, int from, int length) {
    out.write(text, from, length);
    for (int i = from; i < from + length; i++) {
      if (text[i] == '\n') {
        listener.accept(line.toString());
        line.setLength(0);
      } else if (line.length() < MAX_LINE) {
        line.append(text[i]);
      }
    }
  }

  @Override
  public void flush() {
    out.flush();
  }

  @Override
  public void close() {
    flush();
  }
}
