package orderflow.cli.completion;

import java.util.Comparator;
import java.util.List;

/**
 * An option of a command.
 *
 * @param names with their dashes
 * @param label of the value in help; empty for a flag
 * @param description sentences that end with the default
 * @param variables the environment variables of the option
 */
public record OptionModel(
    List<String> names,
    String label,
    ValueKind value,
    boolean repeatable,
    String description,
    List<String> variables) {

  public OptionModel {
    names = List.copyOf(names);
    variables = List.copyOf(variables);
  }

  public String longestName() {
    return names.stream().max(Comparator.comparingInt(String::length)).orElseThrow();
  }

  /** The first sentence, without the default. */
  String summary() {
    return description.replaceFirst(" \\(default:.*", "").replaceFirst("\\.( .*)?$", "");
  }
}
