package orderflow.cli.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.ShellSession;
import orderflow.cli.io.ShellSession.Prompter;

/** Asks for confirmation before something is deleted. */
final class Confirm {
  private Confirm() {}

  /**
   * Whether the user confirms.
   *
   * @param question without its question mark
   * @throws CliException without a terminal
   * @throws InterruptedException on Ctrl-C that does not end the process
   */
  static boolean ask(CliContext cli, String question) throws InterruptedException {
    if (!cli.inIsTerminal()) {
      throw new CliException(ExitCode.USAGE, question + "? Not a terminal; use --yes to confirm");
    }
    String asked = question + "? [y/N] ";
    Optional<Prompter> prompter = cli.session().flatMap(ShellSession::prompter);
    Optional<String> answer =
        prompter.isPresent() ? prompter.get().ask(asked) : onStandardInput(cli, asked);
    return answer.filter(text -> text.strip().matches("(?i)y|yes")).isPresent();
  }

  private static Optional<String> onStandardInput(CliContext cli, String question) {
    cli.err().print(question);
    cli.err().flush();
    try {
      return Optional.ofNullable(
          new BufferedReader(new InputStreamReader(cli.in(), StandardCharsets.UTF_8)).readLine());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
