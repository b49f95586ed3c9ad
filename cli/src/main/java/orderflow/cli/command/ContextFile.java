package orderflow.cli.command;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import orderflow.cli.contexts.ContextValue;
import orderflow.cli.contexts.Contexts;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.ShellSession;
import orderflow.cli.options.ContextResolver;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.view.Text;
import org.jspecify.annotations.Nullable;

/** What the commands on contexts have in common: the file, and names that are in it. */
final class ContextFile {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  private final CliContext cli;
  private final Path path;

  /**
   * @throws CliException when this process has no place for it
   */
  ContextFile(CliContext cli) {
    this.cli = cli;
    this.path =
        cli.configFile()
            .orElseThrow(() ->
                new CliException(
                    ExitCode.USAGE,
                    "there is no home folder to keep contexts in; name a file with"
                        + " ORDERFLOW_CONFIG"));
  }

  Path path() {
    return path;
  }

  /** As it is now; says so when others may read it. */
  Contexts read() {
    Contexts contexts = Contexts.read(path, GlobalOptions.IN_CONTEXT);
    Contexts.warning(path).ifPresent(this::say);
    return contexts;
  }

  /** Changes it as it is at that moment. */
  void change(UnaryOperator<Contexts> change) {
    Contexts.change(path, GlobalOptions.IN_CONTEXT, change)
        .ifPresent(copy -> say("the comments are in " + copy + " alone now"));
  }

  private void say(String line) {
    cli.err().println("orderflow: " + line);
    cli.err().flush();
  }

  /**
   * @throws CliException when there is no such context
   */
  static SortedMap<String, ContextValue> require(Contexts contexts, String name) {
    SortedMap<String, ContextValue> found = contexts.byName().get(name);
    if (found == null) {
      throw new CliException(
          ExitCode.USAGE,
          "there is no context '%s'; %s"
              .formatted(
                  name,
                  contexts.byName().isEmpty()
                      ? "there are none yet, 'orderflow context add' makes one"
                      : "there are " + String.join(", ", List.copyOf(contexts.byName().keySet()))));
    }
    return found;
  }

  /**
   * Tells the shell, if this is a line of one, that the current context was chosen.
   *
   * @param name null for none
   * @return for people: what is used all the same, to be put behind a sentence; may be empty
   */
  String chosen(@Nullable String name) {
    cli.session().ifPresent(ShellSession::chooseContext);
    return ContextResolver.outside(cli)
        .filter(named -> !named.context().equals(name))
        .map(named -> ", but " + named.by() + " says " + Text.printable(named.context()) + " here")
        .orElse("");
  }

  static void requireName(String name) {
    if (!name.matches(NAME)) {
      throw new CliException(
          ExitCode.USAGE,
          "'"
              + name
              + "' is no name for a context; up to 64 letters, digits, dots, dashes"
              + " and underscores make one, with a letter or digit first");
    }
  }
}
