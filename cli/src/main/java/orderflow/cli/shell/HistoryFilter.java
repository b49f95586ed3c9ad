package orderflow.cli.shell;

import java.util.regex.Pattern;
import java.util.stream.Stream;
import orderflow.cli.options.Suggestions;

/** Keeps lines that may hold a secret out of the history, in doubt also harmless ones. */
public final class HistoryFilter {
  private static final String TOKEN = "token";
  private static final int TYPOS = 2;

  /** Names of secrets, a user info before an {@code @}, and text after a host that is no port. */
  private static final Pattern SUSPECT =
      Pattern.compile(
          "(?is)tok|pass|pwd|secret|bearer|authori[sz]ation|credential|:(?!//).*@"
              + "|://[^/\\s\\[:]*:(?!\\d{1,5}(?:[/\\s]|$))");

  private HistoryFilter() {}

  /** Whether the history keeps a line. */
  public static boolean isKept(String line) {
    String plain = line.replaceAll("[\"'\\\\]", "");
    return !SUSPECT.matcher(plain).find()
        && Stream.of(plain.strip().split("\\s+"))
            .noneMatch(word -> word.startsWith("-") && mayMeanToken(word, plain));
  }

  private static boolean mayMeanToken(String word, String line) {
    String name = word.replaceFirst("^-+", "").replaceFirst("=.*", "");
    if (name.equals("to")) {
      return !line.contains("dlq-replay"); // has an option --to
    }
    return word.startsWith("--")
        && !name.isEmpty()
        && (TOKEN.startsWith(name) || Suggestions.distance(name, TOKEN) <= TYPOS);
  }
}
