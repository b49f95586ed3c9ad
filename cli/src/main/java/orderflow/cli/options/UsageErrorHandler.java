package orderflow.cli.options;

import java.io.PrintWriter;
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
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Reports a command line that cannot be taken: one line on what is wrong, and one on what to do.
 */
public final class UsageErrorHandler {
  /** What asks before it deletes has this option. */
  private static final String CONFIRMED = "--yes";

  /** What switches a safeguard off is never what a misspelt option is taken for first. */
  private static final Set<String> UNSAFE = Set.of(CONFIRMED, "--force", "--insecure");

  private UsageErrorHandler() {}

  /**
   * A program or a group of commands that is called without a command prints its help, on standard
   * output as help that was asked for, but ends as wrong usage: a script whose variable is empty
   * must not take it for done.
   *
   * @return the exit code
   */
  public static int report(ParameterException e, List<String> arguments) {
    CommandLine command = e.getCommandLine();
    var err = command.getErr();
    if (isOurs(e)) {
      err.println(
          "orderflow: internal error: the command line cannot be read ("
              + Objects.requireNonNull(e.getCause()).getClass().getSimpleName()
              + ")");
      err.flush();
      return ExitCode.INTERNAL.code();
    }
    if (String.valueOf(e.getMessage()).equals("Missing required subcommand")) {
      command.usage(command.getOut(), command.getColorScheme());
      command.getOut().flush();
      return ExitCode.USAGE.code();
    }
    err.println("orderflow: " + Text.printable(inTheirWords(e, arguments)));
    advise(e, err);
    err.flush();
    return ExitCode.USAGE.code();
  }

  private static void advise(ParameterException e, PrintWriter err) {
    CommandLine command = e.getCommandLine();
    String help = "'" + command.getCommandSpec().qualifiedName() + " --help'";
    List<String> suggestions =
        e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()
            ? suggestions(unmatched, command)
            : List.of();
    err.println(
        suggestions.isEmpty()
            ? "Try " + help + "."
            : "Did you mean " + alternatives(suggestions) + "? See " + help + ".");
  }

  private static String alternatives(List<String> names) {
    int last = names.size() - 1;
    return last == 0
        ? names.getFirst()
        : String.join(", ", names.subList(0, last)) + " or " + names.get(last);
  }

  private static List<String> suggestions(UnmatchedArgumentException e, CommandLine command) {
    String typed = e.getUnmatched().getFirst().replaceFirst("(?s)=.*", "");
    if (e.isUnknownOption()) {
      List<String> options =
          command.getCommandSpec().options().stream()
              .filter(option -> !option.hidden())
              .flatMap(option -> Stream.of(option.names()))
              .filter(name -> name.startsWith("--"))
              .map(name -> name.substring(2))
              .sorted()
              .toList();
      Set<String> unsafe =
          UNSAFE.stream().map(name -> name.substring(2)).collect(Collectors.toSet());
      return Suggestions.of(typed.replaceFirst("^-+", ""), options, unsafe).stream()
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
            .filter(name -> spec(commands, name).findOption(CONFIRMED) != null)
            .collect(Collectors.toSet());
    List<String> likely = Suggestions.of(typed, names, destructive);
    return likely.size() == 1 && destructive.contains(likely.getFirst())
        ? List.of(likely.getFirst() + " --dry-run")
        : likely;
  }

  private static CommandSpec spec(Map<String, CommandLine> commands, String name) {
    return Objects.requireNonNull(commands.get(name)).getCommandSpec();
  }

  /**
   * Whether something broke while picocli read the arguments. What it says then holds all of them,
   * and so secrets; the cause's message may hold one too.
   */
  private static boolean isOurs(ParameterException e) {
    return e.getCause() != null && e.getArgSpec() == null && e.getValue() != null;
  }

  /** Picocli names an option by its longest name, whichever was typed. */
  private static String inTheirWords(ParameterException e, List<String> arguments) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      return unexpected(unmatched, unmatched.getUnmatched().getFirst());
    }
    // An option where the value of another should be may have a value that is secret.
    String message =
        String.valueOf(e.getMessage()).replaceFirst("(?s)(but found '[^'=]*)=.*'", "$1'");
    List<? extends ArgSpec> concerned =
        e instanceof MissingParameterException missing
            ? missing.getMissing()
            : e.getArgSpec() == null ? List.of() : List.of(e.getArgSpec());
    for (ArgSpec argument : concerned) {
      if (argument instanceof OptionSpec option) {
        String typed = OptionNames.typed(option, arguments, option.longestName());
        message =
            message.replace("option '" + option.longestName() + "'", "option '" + typed + "'");
      }
    }
    return message;
  }

  private static String unexpected(UnmatchedArgumentException e, String word) {
    boolean atRoot = !e.getCommandLine().getSubcommands().isEmpty();
    if (e.isUnknownOption()) {
      String name = word.replaceFirst("(?s)=.*", "");
      return "unknown option '" + name + "'" + (atRoot ? "; options stand behind the command" : "");
    }
    String shown = Redaction.mask("", word);
    return atRoot ? "there is no command '" + shown + "'" : "unexpected argument '" + shown + "'";
  }
}
