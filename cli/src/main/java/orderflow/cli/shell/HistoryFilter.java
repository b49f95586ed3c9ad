package orderflow.cli.shell;

import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which lines are for a history, and which may hold a secret. Rather too few are kept: a line that
 * is not there is typed again, a password in a file stays.
 */
public final class HistoryFilter {
  private static final String TOKEN = "token";
  private static final int TYPOS = 2;

  /** What secrets are called, what stands before an @, and what is no port behind a host. */
  private static final Pattern SUSPECT =
      Pattern.compile(
          "(?is)tok|pass|pwd|secret|bearer|authori[sz]ation|credential|:(?!//).*@"
              + "|://[^/\\s\\[:]*:(?!\\d{1,5}(?:[/\\s]|$))");

  private HistoryFilter() {}

  /** Whether the line, as it was typed, may be kept. */
  public static boolean isKept(String line) {
    String plain = line.replaceAll("[\"'\\\\]", "");
    return !SUSPECT.matcher(plain).find()
        && Stream.of(plain.strip().split("\\s+"))
            .noneMatch(word -> word.startsWith("-") && mayMeanToken(word, plain));
  }

  private static boolean mayMeanToken(String word, String line) {
    String name = word.replaceFirst("^-+", "").replaceFirst("=.*", "");
    if (name.equals("to")) {
      return !line.contains("dlq-replay"); // which has an option of that name
    }
    return word.startsWith("--")
        && !name.isEmpty()
        && (TOKEN.startsWith(name) || distance(name, TOKEN) <= TYPOS);
  }

  /** How many letters must be added, left out or changed to make one of the other. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
