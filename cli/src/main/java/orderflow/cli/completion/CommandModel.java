package orderflow.cli.completion;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import orderflow.cli.io.CliContext;
import orderflow.cli.options.CommandLineFactory;
import orderflow.cli.options.OptionDefaults;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * A visible command with its help and subcommands.
 *
 * @param path the words to type, with the program's name
 * @param header one sentence
 * @param options in the order of help
 * @param commands below this one
 */
public record CommandModel(
    List<String> path,
    String header,
    List<String> description,
    List<String> footer,
    List<Option> options,
    List<Argument> arguments,
    List<CommandModel> commands) {
  private static final String ENVIRONMENT = "Environment:";
  private static final String EXAMPLES = "Examples:";

  /**
   * An option.
   *
   * @param label of the value in help; empty for a flag
   * @param description sentences that end with the default
   * @param variables the environment variables of the option
   */
  public record Option(
      List<String> names,
      String label,
      ValueKind value,
      boolean repeatable,
      String description,
      List<String> variables) {
    private static Option of(OptionSpec option) {
      boolean flag = option.arity().max() == 0;
      return new Option(
          List.of(option.names()),
          flag ? "" : option.paramLabel(),
          flag ? new ValueKind.None() : kind(option),
          option.isMultiValue(),
          String.join(" ", option.description()),
          option.usageHelp() || option.versionHelp()
              ? List.of()
              : OptionDefaults.variables(option).toList());
    }

    String longestName() {
      return names.stream().max(Comparator.comparingInt(String::length)).orElseThrow();
    }

    /** The first sentence, without the default. */
    String summary() {
      return description.replaceFirst(" \\(default:.*", "").replaceFirst("\\.( .*)?$", "");
    }
  }

  /** A positional argument. */
  public record Argument(
      String label, ValueKind value, boolean required, boolean repeatable, String description) {
    private static Argument of(PositionalParamSpec parameter) {
      return new Argument(
          parameter.paramLabel(),
          kind(parameter),
          parameter.required(),
          parameter.isMultiValue(),
          String.join(" ", parameter.description()));
    }
  }

  /** The program, without values of the environment, which may hold a password. */
  public static CommandModel read(CommandLineFactory factory, CliContext cli) {
    return of(factory.create(cli.withoutEnvironment()).getCommandSpec());
  }

  private static CommandModel of(CommandSpec command) {
    var help = command.usageMessage();
    return new CommandModel(
        List.of(command.qualifiedName().split(" ", -1)),
        String.join(" ", help.header()),
        List.of(help.description()),
        List.of(help.footer()),
        command.options().stream()
            .filter(option -> !option.hidden())
            .map(Option::of)
            .sorted(Comparator.comparing(Option::longestName))
            .toList(),
        command.positionalParameters().stream().map(Argument::of).toList(),
        command.subcommands().values().stream()
            .map(sub -> sub.getCommandSpec())
            .filter(sub -> !sub.usageMessage().hidden())
            .map(CommandModel::of)
            .toList());
  }

  private static ValueKind kind(ArgSpec argument) {
    Iterable<String> candidates = argument.completionCandidates();
    if (candidates != null) {
      return new ValueKind.Words(StreamSupport.stream(candidates.spliterator(), false).toList());
    }
    return switch (argument.paramLabel()) {
      case "DIR" -> new ValueKind.Folders();
      case "FILE" -> new ValueKind.Files();
      case "CONTEXT" -> new ValueKind.Contexts();
      default ->
          Stream.of(argument.auxiliaryTypes()).anyMatch(Path.class::equals)
              ? new ValueKind.Files()
              : new ValueKind.Text();
    };
  }

  public String name() {
    return path.getLast();
  }

  /** The lines of the footer before its sections. */
  List<String> remarks() {
    return footer.stream()
        .takeWhile(line -> !line.equals(ENVIRONMENT) && !line.equals(EXAMPLES))
        .toList();
  }

  /** The lines of the section on variables; empty when there is none. */
  List<String> environment() {
    return section(ENVIRONMENT).stream().takeWhile(line -> !line.equals(EXAMPLES)).toList();
  }

  /** The lines of the examples, the last section; empty when there is none. */
  List<String> examples() {
    return section(EXAMPLES);
  }

  private List<String> section(String heading) {
    int start = footer.indexOf(heading);
    return start < 0 ? List.of() : footer.subList(start + 1, footer.size());
  }

  /** This command and all below it. */
  public Stream<CommandModel> all() {
    return Stream.concat(Stream.of(this), commands.stream().flatMap(CommandModel::all));
  }

  /** The options that all commands below it without subcommands have. */
  List<Option> common() {
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
  List<Option> own(List<Option> common) {
    return options.containsAll(common)
        ? options.stream().filter(option -> !common.contains(option)).toList()
        : options;
  }
}
