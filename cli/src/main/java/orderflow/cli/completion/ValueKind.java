package orderflow.cli.completion;

import java.util.List;

/** The kind of value that completion offers. */
public sealed interface ValueKind {
  /** A flag. */
  record None() implements ValueKind {}

  /** Free text. */
  record Text() implements ValueKind {}

  record Files() implements ValueKind {}

  record Folders() implements ValueKind {}

  /** Names of contexts, from {@code context list} at that time. */
  record Contexts() implements ValueKind {}

  /** Suggested words; others may be valid too. */
  record Words(List<String> words) implements ValueKind {
    /**
     * @throws IllegalArgumentException when a word has characters that are special to a shell
     */
    public Words {
      words = List.copyOf(words);
      for (String word : words) {
        if (!word.matches("[A-Za-z0-9_.][A-Za-z0-9_.-]*")) {
          throw new IllegalArgumentException("not a plain word: " + word);
        }
      }
    }
  }
}
