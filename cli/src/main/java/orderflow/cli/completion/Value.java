package orderflow.cli.completion;

import java.util.List;

/** What stands for an option's or an argument's value. */
public sealed interface Value {
  /** There is none: the option is a flag. */
  record None() implements Value {}

  /** Something that nobody but the user knows. */
  record Text() implements Value {}

  /** The path of a file. */
  record Files() implements Value {}

  /** The path of a folder. */
  record Folders() implements Value {}

  /** The name of a context. Only {@code context list} knows those, at the moment. */
  record Contexts() implements Value {}

  /** One of these, or something else that is not worth a list. */
  record Words(List<String> words) implements Value {
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
