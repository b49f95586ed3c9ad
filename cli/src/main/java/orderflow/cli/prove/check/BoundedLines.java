package orderflow.cli.prove.check;

import java.util.ArrayList;
import java.util.List;

/** Lines for people: the first thousand are kept, and the rest is counted. Not thread-safe. */
public final class BoundedLines {
  private static final int MOST = 1_000;

  private final List<String> kept = new ArrayList<>();
  private long count;

  public void add(String line) {
    count++;
    if (kept.size() < MOST) {
      kept.add(line);
    }
  }

  public long count() {
    return count;
  }

  /** Those that are kept. */
  public List<String> kept() {
    return List.copyOf(kept);
  }

  /**
   * Those that are kept, and a line that counts the rest.
   *
   * @param before what each begins with
   */
  public List<String> written(String before) {
    List<String> written = new ArrayList<>();
    kept.forEach(line -> written.add(before + line));
    if (count > kept.size()) {
      written.add("%sand %,d more".formatted(before, count - kept.size()));
    }
    return written;
  }
}
