package orderflow.cli.options;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** What a user may have meant by a name that does not exist: the likest first. */
final class Suggestions {
  private static final int MOST = 4;
  private static final int SHORTEST = 2;
  private static final double PREFIX = 0.5;
  private static final double FAMILY = 2;
  private static final double NONE = 1000;

  private Suggestions() {}

  /**
   * At most four names, harmless ones before destructive ones; empty when none is like it.
   *
   * @param destructive those of {@code names} that delete something
   */
  static List<String> of(String typed, List<String> names, Set<String> destructive) {
    double best = names.stream().mapToDouble(name -> unlikeness(typed, name)).min().orElse(NONE);
    return names.stream()
        .filter(name -> unlikeness(typed, name) < Math.min(best + 1, NONE))
        .sorted(
            Comparator.comparingInt((String name) -> destructive.contains(name) ? 1 : 0)
                .thenComparingDouble(name -> unlikeness(typed, name)))
        .limit(MOST)
        .toList();
  }

  private static double unlikeness(String typed, String name) {
    if (typed.length() < SHORTEST) {
      return NONE;
    }
    if (name.startsWith(typed)) {
      return PREFIX;
    }
    List<String> words = Arrays.asList(name.split("-"));
    int edits = edits(typed, name);
    double whole = edits <= Math.max(1, typed.length() / 3) ? edits : NONE;
    double word = words.stream().anyMatch(part -> isNearly(typed, part)) ? 1 : NONE;
    boolean isFamily =
        words.getFirst().length() > SHORTEST && typed.startsWith(words.getFirst() + "-");
    double family = isFamily ? FAMILY : NONE;
    return Math.min(whole, Math.min(word, family));
  }

  private static boolean isNearly(String typed, String word) {
    return edits(typed, word) <= typed.length() / 5;
  }

  /** Optimal string alignment: insert, delete, replace a letter, or swap two neighbours. */
  private static int edits(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        cost[i][j] = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
