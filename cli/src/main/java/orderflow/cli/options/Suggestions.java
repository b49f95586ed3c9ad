package orderflow.cli.options;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Existing names that are similar to a misspelt one, the most similar first. */
public final class Suggestions {
  private static final int MOST = 4;
  private static final int SHORTEST = 2;
  private static final double PREFIX = 0.5;
  private static final double FAMILY = 2;
  private static final double NONE = 1000;

  private Suggestions() {}

  /**
   * At most four names, harmless ones before destructive ones; empty when none is similar.
   *
   * @param destructive the names to list last
   */
  static List<String> of(String typed, List<String> names, Set<String> destructive) {
    double best = names.stream().mapToDouble(name -> dissimilarity(typed, name)).min().orElse(NONE);
    return names.stream()
        .filter(name -> dissimilarity(typed, name) < Math.min(best + 1, NONE))
        .sorted(
            Comparator.comparingInt((String name) -> destructive.contains(name) ? 1 : 0)
                .thenComparingDouble(name -> dissimilarity(typed, name)))
        .limit(MOST)
        .toList();
  }

  private static double dissimilarity(String typed, String name) {
    if (typed.length() < SHORTEST) {
      return NONE;
    }
    if (name.startsWith(typed)) {
      return PREFIX;
    }
    List<String> words = Arrays.asList(name.split("-"));
    int distance = distance(typed, name);
    double whole = distance <= Math.max(1, typed.length() / 3) ? distance : NONE;
    double word = words.stream().anyMatch(part -> isNearly(typed, part)) ? 1 : NONE;
    boolean isFamily =
        words.getFirst().length() > SHORTEST && typed.startsWith(words.getFirst() + "-");
    double family = isFamily ? FAMILY : NONE;
    return Math.min(whole, Math.min(word, family));
  }

  private static boolean isNearly(String typed, String word) {
    return distance(typed, word) <= typed.length() / 5;
  }

  /** The optimal string alignment distance: insert, delete, replace, or swap two neighbours. */
  public static int distance(String a, String b) {
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
