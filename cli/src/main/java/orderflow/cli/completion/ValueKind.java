package orderflow.cli.completion;

import java.util.List;

/** What stands for an option's or an argument's value. */
public sealed interface ValueKind {
  /** There is none: the option is a flag. */
  record None() implements ValueKind {}

  /** Something that nobody but the user knows. */
  record Text() implements ValueKind {}

  /** The path of a file. */
  record Files() implements ValueKind {}

  /** The path of a folder. */
  record Folders() implements ValueKind {}

  /** The name of a context. Only {@code context list} knows those, at the moment. */
  record Contexts() implements ValueKind {}

  /** One of these, or something else that is not worth a list. */
  record Words(List<String> words) implements ValueKind {
    /**
     * @throws IllegalArgumentException when a shell would read a word as more than a word
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
