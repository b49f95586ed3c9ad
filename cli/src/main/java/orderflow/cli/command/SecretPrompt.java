package orderflow.cli.command;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;

/**
 * Asks for what is to stand neither on the screen, nor in the shell's history, nor in the list of
 * processes: on a terminal unseen, elsewhere each is a line of standard input.
 */
final class SecretPrompt {
  private final CliContext cli;
  private final BufferedReader lines;

  SecretPrompt(CliContext cli) {
    this.cli = cli;
    this.lines = new BufferedReader(new InputStreamReader(cli.in(), StandardCharsets.UTF_8));
  }

  /**
   * @param what is asked for
   * @throws CliException when nothing is answered
   */
  String ask(String what) {
    if (cli.session().isPresent()) {
      throw new CliException(
          ExitCode.USAGE, what + " cannot be asked for in the shell; add the context outside");
    }
    String answer = cli.inIsTerminal() ? readPassword(what) : readLine();
    if (answer.isEmpty()) {
      throw new CliException(ExitCode.USAGE, what + " is missing: nothing was answered");
    }
    return answer;
  }

  private String readPassword(String what) {
    Console console = Objects.requireNonNull(System.console());
    if (!console.isTerminal()) {
      throw new CliException(ExitCode.USAGE, what + " cannot be asked for on this terminal");
    }
    char[] typed = console.readPassword("%s: ", what);
    return typed == null ? "" : new String(typed);
  }

  private String readLine() {
    try {
      String line = lines.readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      return "";
    }
  }
}
