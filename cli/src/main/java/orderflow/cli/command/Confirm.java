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

/** Asks before something is destroyed. */
final class Confirm {
  private Confirm() {}

  /**
   * Whether the person said yes.
   *
   * @param question without its question mark
   * @throws CliException when there is nobody to ask
   * @throws InterruptedException when the answer is Ctrl-C, and that does not end the process
   */
  static boolean ask(CliContext cli, String question) throws InterruptedException {
    if (!cli.inIsTerminal()) {
      throw new CliException(
          ExitCode.USAGE, question + "? Nobody can be asked here; --yes says so beforehand");
    }
    String asked = question + "? [y/N] ";
    Optional<Prompter> asker = cli.session().flatMap(ShellSession::prompter);
    Optional<String> answer =
        asker.isPresent() ? asker.get().ask(asked) : onStandardInput(cli, asked);
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
