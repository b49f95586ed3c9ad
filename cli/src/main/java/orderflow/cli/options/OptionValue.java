package orderflow.cli.options;

import org.jspecify.annotations.Nullable;

/**
 * The value of an option and its source.
 *
 * @param text null for none
 * @param source "flag", "option of shell", "variable NAME", "context 'NAME' (FILE:LINE)" or
 *     "default"
 * @param label names the value in an error: the option or its source
 * @param problem why the option does not accept the value; null when it does
 */
public record OptionValue(
    @Nullable String text, String source, String label, @Nullable String problem) {
  /** The source, followed by the problem if there is one. */
  public String explainedSource() {
    return problem == null ? source : source + ", invalid: " + problem;
  }
}
