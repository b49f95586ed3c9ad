package orderflow.cli.options;

import orderflow.cli.io.CliContext;
import picocli.CommandLine;

/** Makes the parser of the whole program, for commands that run or describe others. */
@FunctionalInterface
public interface CommandLineFactory {
  CommandLine create(CliContext cli);
}
