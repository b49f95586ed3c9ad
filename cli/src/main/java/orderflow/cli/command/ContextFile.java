package orderflow.cli.command;

import java.nio.file.Path;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import orderflow.cli.contexts.ContextStore;
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

/** The context file as the {@code context} commands use it. */
final class ContextFile {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  private final CliContext cli;
  private final ContextStore store;

  /**
   * @throws CliException when this process has no place for the file
   */
  ContextFile(CliContext cli) {
    this.cli = cli;
    this.store =
        new ContextStore(
            cli.configFile()
                .orElseThrow(() ->
                    new CliException(
                        ExitCode.USAGE,
                        "there is no home folder for the contexts; name a file with"
                            + " ORDERFLOW_CONFIG")),
            GlobalOptions.IN_CONTEXT);
  }

  Path path() {
    return store.file();
  }

  /** Also warns when other users may read the file. */
  Contexts read() {
    Contexts contexts = store.read();
    store.warning().ifPresent(this::warn);
    return contexts;
  }

  void change(UnaryOperator<Contexts> change) {
    store.change(change).ifPresent(copy -> warn("the comments are now only in " + copy));
  }

  private void warn(String line) {
    cli.err().println("orderflow: " + line);
  }

  /**
   * @throws CliException when the context does not exist
   */
  static SortedMap<String, ContextValue> require(Contexts contexts, String name) {
    if (!contexts.byName().containsKey(name)) {
      throw new CliException(ExitCode.USAGE, contexts.notFound(name));
    }
    return contexts.valuesOf(name);
  }

  /**
   * Makes the shell, if any, use the current context from now on.
   *
   * @param name of the current context; null for none
   * @return the end of a sentence about another context that is used instead; may be empty
   */
  String activate(@Nullable String name) {
    cli.session().ifPresent(ShellSession::chooseContext);
    return ContextResolver.preselected(cli)
        .filter(other -> !other.context().equals(name))
        .map(other -> ", but " + other.selectedBy() + " selects " + Text.printable(other.context()))
        .orElse("");
  }

  static void requireName(String name) {
    if (!name.matches(NAME)) {
      throw new CliException(
          ExitCode.USAGE,
          "'"
              + name
              + "' is not a valid context name: use up to 64 letters, digits, dots, dashes and"
              + " underscores, with a letter or digit first");
    }
  }
}
