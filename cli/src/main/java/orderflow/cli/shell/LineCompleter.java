package orderflow.cli.shell;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import orderflow.cli.completion.CommandModel;
import orderflow.cli.completion.ValueKind;

/** Completes a line of the shell: commands, options and known values. */
public final class LineCompleter {
  private static final int MAX_FILES = 200;

  private final CommandModel program;
  private final Supplier<List<String>> orders;
  private final Supplier<List<String>> contexts;

  /**
   * @param orders supplies ids, the most recent first
   * @param contexts supplies names
   */
  public LineCompleter(
      CommandModel program, Supplier<List<String>> orders, Supplier<List<String>> contexts) {
    this.program = program;
    this.orders = orders;
    this.contexts = contexts;
  }

  /**
   * Candidates for the current word; they need not start with it.
   *
   * @param before the words before it
   * @param word the part before the cursor
   */
  public List<String> candidates(List<String> before, String word) {
    CommandModel command = program;
    int given = 0;
    CommandModel.Option open = null;
    for (String typed : before) {
      if (open != null) {
        open = null;
      } else if (typed.startsWith("-")) {
        open = withValue(command, typed).orElse(null);
      } else {
        Optional<CommandModel> sub = sub(command, typed);
        given += sub.isPresent() ? 0 : 1;
        command = sub.orElse(command);
      }
    }
    if (open != null) {
      return values(open.value(), open.label(), word);
    }
    int assigned = word.indexOf('=');
    if (word.startsWith("--") && assigned > 0) {
      String name = word.substring(0, assigned);
      return withValue(command, name)
          .map(option -> values(option.value(), option.label(), word.substring(assigned + 1)))
          .orElse(List.of())
          .stream()
          .map(value -> name + "=" + value)
          .toList();
    }
    return word.startsWith("-")
        ? command.options().stream().flatMap(option -> option.names().stream()).toList()
        : words(command, given, word);
  }

  private List<String> words(CommandModel command, int given, String word) {
    if (!command.commands().isEmpty()) {
      Stream<String> names = command.commands().stream().map(CommandModel::name);
      return (command.equals(program) ? Stream.concat(names, Stream.of("help", "exit")) : names)
          .toList();
    }
    List<CommandModel.Argument> arguments = command.arguments();
    if (arguments.isEmpty()) {
      return List.of();
    }
    CommandModel.Argument argument = arguments.get(Math.min(given, arguments.size() - 1));
    return given < arguments.size() || argument.repeatable()
        ? values(argument.value(), argument.label(), word)
        : List.of();
  }

  private static Optional<CommandModel> sub(CommandModel command, String name) {
    return command.commands().stream().filter(sub -> sub.name().equals(name)).findFirst();
  }

  /** The option of that name, if it takes a value. */
  private static Optional<CommandModel.Option> withValue(CommandModel command, String name) {
    return command.options().stream()
        .filter(option -> option.names().contains(name))
        .filter(option -> !(option.value() instanceof ValueKind.None))
        .findFirst();
  }

  private List<String> values(ValueKind value, String label, String word) {
    return switch (value) {
      case ValueKind.Words(var words) -> words;
      case ValueKind.Files _ -> files(word, false);
      case ValueKind.Folders _ -> files(word, true);
      case ValueKind.Contexts _ -> contexts.get();
      case ValueKind.None _ -> List.of();
      case ValueKind.Text _ ->
          switch (label) {
            case "ID", "ORDER_ID" -> orders.get();
            default -> List.of();
          };
    };
  }

  private static List<String> files(String word, boolean folders) {
    String folder = word.substring(0, word.lastIndexOf('/') + 1);
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(Path.of(folder.isEmpty() ? "." : folder))) {
      for (Path entry : entries) {
        boolean isFolder = Files.isDirectory(entry);
        if (found.size() < MAX_FILES && (isFolder || !folders)) {
          found.add(folder + entry.getFileName() + (isFolder ? "/" : ""));
        }
      }
    } catch (IOException | InvalidPathException e) {
      // no candidates
    }
    return found;
  }
}
