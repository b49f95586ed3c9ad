package orderflow.cli.options;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import orderflow.cli.completion.ArgumentModel;
import orderflow.cli.completion.CommandModel;
import orderflow.cli.completion.OptionModel;
import orderflow.cli.completion.ValueKind;
import orderflow.cli.io.CliContext;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Every command that a user sees, read from the parser's own description of them. */
public final class CommandModelReader {
  private CommandModelReader() {}

  /**
   * The program. Defaults are those of a process without environment: what is made of them is kept,
   * and a variable may hold a password.
   */
  public static CommandModel read(CommandLineFactory factory, CliContext cli) {
    return command(factory.create(cli.withoutEnvironment()).getCommandSpec());
  }

  /** The names of the program's commands, by the headings they stand under, in that order. */
  public static Map<String, List<String>> groups() {
    return HelpLayout.groups();
  }

  private static CommandModel command(CommandSpec spec) {
    var help = spec.usageMessage();
    return new CommandModel(
        List.of(spec.qualifiedName().split(" ", -1)),
        String.join(" ", help.header()),
        List.of(help.description()),
        List.of(help.footer()),
        spec.options().stream()
            .filter(option -> !option.hidden())
            .map(CommandModelReader::option)
            .sorted(Comparator.comparing(OptionModel::longestName))
            .toList(),
        spec.positionalParameters().stream().map(CommandModelReader::argument).toList(),
        spec.subcommands().values().stream()
            .map(sub -> sub.getCommandSpec())
            .filter(sub -> !sub.usageMessage().hidden())
            .map(CommandModelReader::command)
            .toList());
  }

  private static OptionModel option(OptionSpec option) {
    boolean flag = option.arity().max() == 0;
    return new OptionModel(
        List.of(option.names()),
        flag ? "" : option.paramLabel(),
        flag ? new ValueKind.None() : value(option),
        option.isMultiValue(),
        String.join(" ", option.description()),
        option.usageHelp() || option.versionHelp()
            ? List.of()
            : OptionDefaults.variables(option).toList());
  }

  private static ArgumentModel argument(PositionalParamSpec parameter) {
    return new ArgumentModel(
        parameter.paramLabel(),
        value(parameter),
        parameter.required(),
        parameter.isMultiValue(),
        String.join(" ", parameter.description()));
  }

  private static ValueKind value(ArgSpec argument) {
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
}
