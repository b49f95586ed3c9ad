package orderflow.cli.deadletter;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;

/**
 * Whether each beginning of an id that a person gave means one dead letter, copies of which count
 * as one. Not thread-safe.
 */
public final class IdCheck {
  private static final int MOST_NAMED = 5;

  private final Set<String> given;
  private final Map<String, Set<String>> found = new HashMap<>();

  public IdCheck(Set<String> given) {
    this.given = given;
  }

  /** To be asked about every letter that there is. */
  public void see(DeadLetterInfo letter) {
    for (String beginning : given) {
      if (letter.id().startsWith(beginning)) {
        found.computeIfAbsent(beginning, _ -> new TreeSet<>()).add(letter.id());
      }
    }
  }

  /**
   * @param where for people: where the letters lie
   * @throws CliException when one means none, or more than one
   */
  public void requireOneEach(String where) {
    for (String beginning : given) {
      Set<String> ids = found.getOrDefault(beginning, Set.of());
      if (ids.isEmpty()) {
        throw new CliException(
            ExitCode.PARTIAL,
            "--id: no dead letter in " + where + " has the id " + beginning + "; it may be gone");
      }
      if (ids.size() > 1) {
        throw new CliException(
            ExitCode.USAGE,
            "--id: %s is the beginning of %d ids in %s: %s%s; give more of it"
                .formatted(
                    beginning,
                    ids.size(),
                    where,
                    String.join(", ", ids.stream().limit(MOST_NAMED).toList()),
                    ids.size() > MOST_NAMED ? ", …" : ""));
      }
    }
  }
}
