package orderflow.cli.prove.check;

import java.util.ArrayList;
import java.util.List;

/** The first thousand lines, and how many there were. Not thread-safe. */
final class BoundedLines {
  private static final int MOST = 1_000;

  private final List<String> kept = new ArrayList<>();
  private long count;

  void add(String line) {
    count++;
    if (kept.size() < MOST) {
      kept.add(line);
    }
  }

  long count() {
    return count;
  }

  /** Appends the kept lines to {@code target}, and a line that counts the others. */
  void appendTo(List<String> target, String prefix) {
    kept.forEach(line -> target.add(prefix + line));
    if (count > kept.size()) {
      target.add("%sand %,d more".formatted(prefix, count - kept.size()));
    }
  }
}
