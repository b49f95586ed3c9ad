package orderflow.cli.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import orderflow.cli.CommandFailure;
import orderflow.cli.ExitCode;
import orderflow.cli.Session;
import orderflow.cli.Session.Asker;
import orderflow.cli.Surroundings;

/** Asks before something is destroyed. */
final class Confirmation {
  private Confirmation() {}

  /**
   * Whether the person said yes.
   *
   * @param question without its question mark
   * @throws CommandFailure when there is nobody to ask
   * @throws InterruptedException when the answer is Ctrl-C, and that does not end the process
   */
  static boolean given(Surroundings surroundings, String question) throws InterruptedException {
    if (!surroundings.inIsTerminal()) {
      throw new CommandFailure(
          ExitCode.USAGE, question + "? Nobody can be asked here; --yes says so beforehand");
    }
    String asked = question + "? [y/N] ";
    Optional<Asker> asker = surroundings.session().flatMap(Session::asker);
    Optional<String> answer =
        asker.isPresent() ? asker.get().ask(asked) : onStandardInput(surroundings, asked);
    return answer.filter(text -> text.strip().matches("(?i)y|yes")).isPresent();
  }

  private static Optional<String> onStandardInput(Surroundings surroundings, String question) {
    surroundings.err().print(question);
    surroundings.err().flush();
    try {
      return Optional.ofNullable(
          new BufferedReader(new InputStreamReader(surroundings.in(), StandardCharsets.UTF_8))
              .readLine());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
