package orderflow.cli.completion;

import java.util.List;
import java.util.stream.Stream;

/**
 * A command with its help and subcommands.
 *
 * @param path the words to type, with the program's name
 * @param header one sentence
 * @param options in the order of help
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

  public String name() {
    return path.getLast();
  }

  /** This command and all below it. */
  public Stream<CommandModel> all() {
    return Stream.concat(Stream.of(this), commands.stream().flatMap(CommandModel::all));
  }

  /** The options that all commands below it without subcommands have. */
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

  /** The options without {@code common}; all where the command does not have those. */
  List<OptionModel> own(List<OptionModel> common) {
    return options.containsAll(common)
        ? options.stream().filter(option -> !common.contains(option)).toList()
        : options;
  }
}
