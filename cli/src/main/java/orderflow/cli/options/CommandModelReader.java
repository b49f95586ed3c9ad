package orderflow.cli.options;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
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

/** Reads the model of all visible commands from picocli's. */
public final class CommandModelReader {
  private CommandModelReader() {}

  /** Reads without the environment, which may hold a password, as the result is stored. */
  public static CommandModel read(CommandLineFactory factory, CliContext cli) {
    return command(factory.create(cli.withoutEnvironment()).getCommandSpec());
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
