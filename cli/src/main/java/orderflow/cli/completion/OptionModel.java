package orderflow.cli.completion;

import java.util.Comparator;
import java.util.List;

/**
 * An option of a command.
 *
 * @param names with their dashes
 * @param label what its value is called; empty for a flag
 * @param repeatable whether it may be given more than once
 * @param description sentences, ending with the default where there is one
 * @param variables of the environment that it comes from when it is not given
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

  /** The one to sort by. */
  public String longestName() {
    return names.stream().max(Comparator.comparingInt(String::length)).orElseThrow();
  }

  /** What fits beside a name in a list. */
  String summary() {
    return description.replaceFirst(" \\(default:.*", "").replaceFirst("\\.( .*)?$", "");
  }
}
