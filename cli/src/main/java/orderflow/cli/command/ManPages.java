package orderflow.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import orderflow.cli.CommandFailure;
import orderflow.cli.CommandTree;
import orderflow.cli.ExitCode;
import orderflow.cli.Surroundings;
import orderflow.cli.completion.CommandModel;
import orderflow.cli.completion.ManPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code orderflow man-pages}: for those who package the program. */
@Command(name = "man-pages", hidden = true, header = "Write a manual page for each command.")
public final class ManPages implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "DIR", description = "Where to; what is there is written over.")
  private Path folder = Path.of("");

  public ManPages(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Map<Integer, String> exitCodes = new TreeMap<>();
    Stream.of(ExitCode.values()).forEach(code -> exitCodes.put(code.code(), code.meaning()));
    CommandModel program = CommandTree.read(surroundings);
    try {
      Files.createDirectories(folder);
      for (CommandModel command : program.all().toList()) {
        var page = new ManPage(program, command, CommandTree.groups(), exitCodes);
        Files.writeString(folder.resolve(page.fileName()), page.text());
      }
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.USAGE, "cannot write to " + folder + ": " + e.getMessage(), e);
    }
    return ExitCode.DONE.code();
  }
}
