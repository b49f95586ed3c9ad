package orderflow.cli.deadletter;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;

/**
 * Checks that each given beginning of an id matches exactly one id. Copies have the same id. Not
 * thread-safe.
 */
public final class IdCheck {
  private static final int MOST_NAMED = 5;

  private final Map<String, Set<String>> found = new TreeMap<>();

  public IdCheck(Set<String> given) {
    given.forEach(beginning -> found.put(beginning, new TreeSet<>()));
  }

  /** To be called with every message. */
  public void see(DeadLetterInfo info) {
    found.forEach((beginning, ids) -> {
      if (info.id().startsWith(beginning)) {
        ids.add(info.id());
      }
    });
  }

  /**
   * @param where the queue or file
   * @throws CliException when a beginning matches none, or several
   */
  public void requireOneEach(String where) {
    found.forEach((beginning, ids) -> {
      if (ids.isEmpty()) {
        throw new CliException(
            ExitCode.PARTIAL,
            "--id: no dead letter in " + where + " has the id " + beginning + "; it may be gone");
      }
      if (ids.size() > 1) {
        throw new CliException(
            ExitCode.USAGE,
            "--id: %s is the beginning of %d ids in %s: %s%s; give more digits"
                .formatted(
                    beginning,
                    ids.size(),
                    where,
                    String.join(", ", ids.stream().limit(MOST_NAMED).toList()),
                    ids.size() > MOST_NAMED ? ", …" : ""));
      }
    });
  }
}
