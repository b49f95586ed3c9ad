package orderflow.cli.options;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.Redaction;
import orderflow.cli.view.Text;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reports an invalid command line: one line with the error, one with a suggestion. */
public final class UsageErrorHandler {
  /** The mark of a destructive command. */
  private static final String YES = "--yes";

  /** Options that turn a safeguard off are never the first suggestion. */
  private static final Set<String> UNSAFE = Set.of("yes", "force", "insecure");

  private UsageErrorHandler() {}

  /**
   * A group without a command prints its help on standard output, but still ends with the code for
   * wrong usage, so that a script with an empty variable fails.
   *
   * @return the exit code
   */
  public static int report(ParameterException e, List<String> arguments) {
    CommandLine command = e.getCommandLine();
    if (isInternal(e)) {
      print(
          command,
          "orderflow: internal error: the command line cannot be read ("
              + Objects.requireNonNull(e.getCause()).getClass().getSimpleName()
              + ")");
      return ExitCode.INTERNAL.code();
    }
    if (e.getClass() == ParameterException.class && !command.getSubcommands().isEmpty()) {
      command.usage(command.getOut(), command.getColorScheme());
      command.getOut().flush();
      return ExitCode.USAGE.code();
    }
    print(command, "orderflow: " + Text.printable(message(e, arguments)));
    String help = "'" + command.getCommandSpec().qualifiedName() + " --help'";
    List<String> suggestions =
        e instanceof UnmatchedArgumentException unmatched ? suggestions(unmatched) : List.of();
    print(
        command,
        suggestions.isEmpty()
            ? "Try " + help + "."
            : "Did you mean " + alternatives(suggestions) + "? See " + help + ".");
    return ExitCode.USAGE.code();
  }

  private static void print(CommandLine command, String line) {
    command.getErr().println(line);
    command.getErr().flush();
  }

  /**
   * Whether picocli itself failed while it read the arguments. Its message then holds all of them,
   * and so secrets; the cause's message may hold one too.
   */
  private static boolean isInternal(ParameterException e) {
    return e.getCause() != null && e.getArgSpec() == null && e.getValue() != null;
  }

  /** Picocli names an option by its longest name; we name it as it was typed. */
  private static String message(ParameterException e, List<String> arguments) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      return unexpected(unmatched, unmatched.getUnmatched().getFirst());
    }
    String message = String.valueOf(e.getMessage());
    if (e instanceof MissingParameterException missing
        && missing.getMissing().getFirst() instanceof OptionSpec option) {
      String typed = OptionDefaults.typedName(option, arguments);
      return "option '" + typed + "' needs a value (" + option.paramLabel() + ")";
    }
    if (e.getArgSpec() instanceof OptionSpec option) {
      String typed = OptionDefaults.typedName(option, arguments);
      return message.replace("option '" + option.longestName() + "'", "option '" + typed + "'");
    }
    return message;
  }

  private static String unexpected(UnmatchedArgumentException e, String word) {
    boolean isGroup = !e.getCommandLine().getSubcommands().isEmpty();
    if (e.isUnknownOption()) {
      return "unknown option '"
          + withoutValue(word)
          + "'"
          + (isGroup ? "; options follow the command" : "");
    }
    String shown = Redaction.mask("", word);
    return isGroup ? "unknown command '" + shown + "'" : "unexpected argument '" + shown + "'";
  }

  private static String withoutValue(String option) {
    return option.replaceFirst("(?s)=.*", "");
  }

  private static String alternatives(List<String> names) {
    int last = names.size() - 1;
    return last == 0
        ? names.getFirst()
        : String.join(", ", names.subList(0, last)) + " or " + names.get(last);
  }

  private static List<String> suggestions(UnmatchedArgumentException e) {
    if (e.getUnmatched().isEmpty()) {
      return List.of();
    }
    CommandLine command = e.getCommandLine();
    String typed = withoutValue(e.getUnmatched().getFirst());
    if (e.isUnknownOption()) {
      List<String> options =
          command.getCommandSpec().options().stream()
              .filter(option -> !option.hidden())
              .flatMap(option -> Stream.of(option.names()))
              .filter(name -> name.startsWith("--"))
              .map(name -> name.substring(2))
              .sorted()
              .toList();
      return Suggestions.of(typed.replaceFirst("^-+", ""), options, UNSAFE).stream()
          .map(name -> "--" + name)
          .toList();
    }
    Map<String, CommandLine> commands = command.getSubcommands();
    List<String> names =
        commands.keySet().stream()
            .filter(name -> !spec(commands, name).usageMessage().hidden())
            .toList();
    Set<String> destructive =
        names.stream()
            .filter(name -> spec(commands, name).findOption(YES) != null)
            .collect(Collectors.toSet());
    List<String> likely = Suggestions.of(typed, names, destructive);
    return likely.size() == 1 && destructive.contains(likely.getFirst())
        ? List.of(likely.getFirst() + " --dry-run")
        : likely;
  }

  private static CommandSpec spec(Map<String, CommandLine> commands, String name) {
    return Objects.requireNonNull(commands.get(name)).getCommandSpec();
  }
}
