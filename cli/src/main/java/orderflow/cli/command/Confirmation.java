package orderflow.cli.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import orderflow.cli.CommandFailure;
import orderflow.cli.ExitCode;
import orderflow.cli.Surroundings;

/** Asks before something is destroyed. */
final class Confirmation {
  private Confirmation() {}

  /**
   * Whether the person said yes.
   *
   * @param question without its question mark
   * @throws CommandFailure when there is nobody to ask
   */
  static boolean given(Surroundings surroundings, String question) {
    if (!surroundings.inIsTerminal()) {
      throw new CommandFailure(
          ExitCode.USAGE, question + "? Nobody can be asked here; --yes says so beforehand");
    }
    surroundings.err().print(question + "? [y/N] ");
    surroundings.err().flush();
    try {
      String answer =
          new BufferedReader(new InputStreamReader(surroundings.in(), StandardCharsets.UTF_8))
              .readLine();
      return answer != null && answer.strip().matches("(?i)y|yes");
    } catch (IOException e) {
      return false;
    }
  }
}
