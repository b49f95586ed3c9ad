package orderflow.cli.completion;

import java.util.List;
import java.util.stream.Stream;

/**
 * A command as a user sees it.
 *
 * @param path the words that are typed, from the program's name on
 * @param header one sentence
 * @param description lines, those of examples and tables with blanks in them
 * @param footer likewise
 * @param options in the order of help
 * @param commands beneath this one
 */
public record CommandModel(
    List<String> path,
    String header,
    List<String> description,
    List<String> footer,
    List<OptionModel> options,
    List<ArgumentModel> arguments,
    List<CommandModel> commands) {

  public CommandModel {
    path = List.copyOf(path);
    description = List.copyOf(description);
    footer = List.copyOf(footer);
    options = List.copyOf(options);
    arguments = List.copyOf(arguments);
    commands = List.copyOf(commands);
  }

  /** The last word of its path. */
  public String name() {
    return path.getLast();
  }

  /** This one first, and all beneath it. */
  public Stream<CommandModel> all() {
    return Stream.concat(Stream.of(this), commands.stream().flatMap(CommandModel::all));
  }

  /** The options that every command beneath it has, where it has no commands itself. */
  List<OptionModel> common() {
    List<CommandModel> leaves =
        commands.stream()
            .flatMap(CommandModel::all)
            .filter(command -> command.commands.isEmpty())
            .toList();
    return leaves.isEmpty()
        ? List.of()
        : leaves.getFirst().options.stream()
            .filter(option -> leaves.stream().allMatch(leaf -> leaf.options.contains(option)))
            .toList();
  }

  /** The options apart from {@code common}; all of them where it does not have those. */
  List<OptionModel> own(List<OptionModel> common) {
    return options.containsAll(common)
        ? options.stream().filter(option -> !common.contains(option)).toList()
        : options;
  }
}
