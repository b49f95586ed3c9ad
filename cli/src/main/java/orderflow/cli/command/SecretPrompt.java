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
 * Prompts for secrets, which then do not appear on the screen, in the shell history or in {@code
 * ps}: without echo on a terminal, elsewhere a line of standard input each.
 */
final class SecretPrompt {
  private final CliContext cli;
  private final BufferedReader lines;

  SecretPrompt(CliContext cli) {
    this.cli = cli;
    this.lines = new BufferedReader(new InputStreamReader(cli.in(), StandardCharsets.UTF_8));
  }

  /**
   * @param name of the secret, in the prompt
   * @throws CliException when the answer is empty
   */
  String ask(String name) {
    if (cli.session().isPresent()) {
      throw new CliException(
          ExitCode.USAGE, name + " cannot be entered in the shell; add the context outside");
    }
    String answer = cli.inIsTerminal() ? readPassword(name) : readLine();
    if (answer.isEmpty()) {
      throw new CliException(ExitCode.USAGE, name + " is missing: the answer is empty");
    }
    return answer;
  }

  private String readPassword(String name) {
    Console console = Objects.requireNonNull(System.console());
    if (!console.isTerminal()) {
      throw new CliException(ExitCode.USAGE, name + " cannot be entered on this terminal");
    }
    char[] typed = console.readPassword("%s: ", name);
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
