package orderflow.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import orderflow.cli.completion.CommandModel;
import orderflow.cli.completion.ManPage;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.options.CommandLineFactory;
import orderflow.cli.options.HelpLayout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code orderflow man-pages}, for packaging. */
@Command(name = "man-pages", hidden = true, header = "Write a manual page for each command.")
public final class ManPages implements Callable<Integer> {
  private final CliContext cli;
  private final CommandLineFactory factory;

  @Parameters(paramLabel = "DIR", description = "Output folder; existing pages are replaced.")
  private Path folder = Path.of("");

  public ManPages(CliContext cli, CommandLineFactory factory) {
    this.cli = cli;
    this.factory = factory;
  }

  @Override
  public Integer call() {
    Map<Integer, String> exitCodes = new TreeMap<>();
    Stream.of(ExitCode.values()).forEach(code -> exitCodes.put(code.code(), code.meaning()));
    CommandModel program = CommandModel.read(factory, cli);
    try {
      Files.createDirectories(folder);
      for (CommandModel command : program.all().toList()) {
        var page = new ManPage(program, command, HelpLayout.groups(), exitCodes);
        Files.writeString(folder.resolve(page.fileName()), page.text());
      }
    } catch (IOException e) {
      throw new CliException(
          ExitCode.USAGE, "cannot write to " + folder + ": " + e.getMessage(), e);
    }
    return ExitCode.DONE.code();
  }
}
