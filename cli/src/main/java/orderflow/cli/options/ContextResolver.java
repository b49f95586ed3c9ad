package orderflow.cli.options;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import orderflow.cli.contexts.ContextStore;
import orderflow.cli.contexts.ContextValue;
import orderflow.cli.contexts.Contexts;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.Redaction;
import orderflow.cli.io.ShellSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Selects the context of a command: its {@code --context}, else that of its shell, else {@code
 * ORDERFLOW_CONTEXT}, else the file's current one. Reads the file once, when first needed.
 */
public final class ContextResolver {
  private static final String OPTION = "--context";
  private static final String VARIABLE = "ORDERFLOW_CONTEXT";
  private static final Set<String> COMMANDS_WITHOUT_CONTEXT = Set.of("completion", "demo", "help");

  private final Optional<Path> file;
  private final Optional<Selection> preselected;
  private final boolean selectedInSession;
  private @Nullable Contexts contexts;
  private @Nullable CliException failure;

  ContextResolver(CliContext cli) {
    Optional<Path> path = Optional.empty();
    try {
      path = cli.configFile();
    } catch (CliException e) {
      failure = e;
    }
    this.file = path;
    this.preselected = preselected(cli);
    this.selectedInSession = cli.session().filter(ShellSession::contextChosen).isPresent();
  }

  /**
   * The name of a context, which may not exist, and the option, variable or place in the file that
   * selects it.
   */
  public record Selection(String context, String selectedBy) {
    public static Selection byFlag(String context) {
      return new Selection(context, OPTION);
    }
  }

  /** The context that the shell or the environment selects instead of the file's current one. */
  public static Optional<Selection> preselected(CliContext cli) {
    if (cli.session().filter(ShellSession::contextChosen).isPresent()) {
      return Optional.empty();
    }
    return cli.session()
        .flatMap(shell -> shell.option(OPTION))
        .map(name -> new Selection(name, "the shell's " + OPTION))
        .or(() ->
            Optional.of(cli.environment().getOrDefault(VARIABLE, ""))
                .filter(name -> !name.isEmpty())
                .map(name -> new Selection(name, "variable " + VARIABLE)));
  }

  /** The context of a command without {@code --context}; empty for none or a broken file. */
  public static Optional<String> selected(CliContext cli) {
    var resolver = new ContextResolver(cli);
    return resolver.preselected.or(resolver::current).map(Selection::context);
  }

  /** The existing contexts; none when the file is broken. */
  public static List<String> names(CliContext cli) {
    return List.copyOf(new ContextResolver(cli).contexts().byName().keySet());
  }

  /** The option's value in the context of its command, unchecked; empty when it has none. */
  Optional<OptionValue> valueOf(OptionSpec option) {
    String name = GlobalOptions.plainName(option);
    if (!GlobalOptions.IN_CONTEXT.contains(name) || !usesContext(option.command())) {
      return Optional.empty();
    }
    String selected = selection(option.command()).map(Selection::context).orElse("");
    ContextValue value = contexts().valuesOf(selected).get(name);
    return Optional.ofNullable(value)
        .map(found ->
            new OptionValue(
                absolute(option, found.value()),
                "context '%s' (%s:%d)".formatted(selected, file.orElseThrow(), found.line()),
                "%s in context '%s' (%s:%s)"
                    .formatted(option.longestName(), selected, file.orElseThrow(), found.place()),
                null));
  }

  /** A path in a context is relative to the file that holds the context. */
  private String absolute(OptionSpec option, String value) {
    try {
      return option.type() == Path.class && !value.isEmpty()
          ? file.orElseThrow().toAbsolutePath().resolveSibling(value).toString()
          : value;
    } catch (InvalidPathException e) {
      return value; // the converter reports it
    }
  }

  /**
   * @throws CliException when the file is broken or has no valid path, or the selected context does
   *     not exist
   */
  void check(CommandSpec command) {
    if (!usesContext(command)) {
      return;
    }
    contexts();
    if (failure != null) {
      throw failure;
    }
    Optional<String> missing = missing(command);
    if (missing.isPresent() && !showsValuesInUse(command)) {
      throw new CliException(ExitCode.USAGE, missing.get());
    }
  }

  /** An error when the selected context does not exist. */
  private Optional<String> missing(CommandSpec command) {
    return usesContext(command)
        ? selection(command)
            .filter(selection -> !contexts().byName().containsKey(selection.context()))
            .map(selection ->
                selection.selectedBy() + ": " + contexts().notFound(selection.context()))
        : Optional.empty();
  }

  /** {@code context show} also shows a selection that does not exist. */
  private static boolean showsValuesInUse(CommandSpec command) {
    return isContextCommand(command) && command.name().equals("show") && flag(command).isEmpty();
  }

  /** That others can read the secrets in use, or that a context to be shown does not exist. */
  List<String> warnings(CommandSpec command) {
    return Stream.concat(
            file
                .flatMap(path -> new ContextStore(path, GlobalOptions.IN_CONTEXT).warning())
                .filter(_ -> command.options().stream().anyMatch(this::isSecret))
                .stream(),
            missing(command).stream())
        .toList();
  }

  private boolean isSecret(OptionSpec option) {
    return valueOf(option)
        .map(value -> String.valueOf(value.text()))
        .filter(text -> !Redaction.mask(GlobalOptions.plainName(option), text).equals(text))
        .isPresent();
  }

  private static boolean usesContext(CommandSpec command) {
    return command.findOption(OPTION) != null
        && (!isContextCommand(command) || command.name().equals("show"))
        && !COMMANDS_WITHOUT_CONTEXT.contains(command.name());
  }

  private static boolean isContextCommand(CommandSpec command) {
    return command.parent() != null && command.parent().name().equals("context");
  }

  /** Whether {@code command} runs even when variables or contexts hold invalid values. */
  static boolean worksWithoutValues(CommandSpec command) {
    return COMMANDS_WITHOUT_CONTEXT.contains(command.name())
        || (isContextCommand(command) && Set.of("list", "show").contains(command.name()));
  }

  /** Whether the context was selected after the options of the shell were given. */
  boolean isSelectedByLine(CommandSpec command) {
    return usesContext(command) && (selectedInSession || flag(command).isPresent());
  }

  private Optional<Selection> selection(CommandSpec command) {
    return flag(command).map(Selection::byFlag).or(() -> preselected).or(this::current);
  }

  private Optional<Selection> current() {
    return Optional.ofNullable(contexts().chosen())
        .map(current -> new Selection(current.value(), file.orElseThrow() + ":" + current.place()));
  }

  private static Optional<String> flag(CommandSpec command) {
    return Optional.ofNullable(command.findOption(OPTION).getValue());
  }

  private Contexts contexts() {
    if (contexts == null) {
      contexts = Contexts.EMPTY;
      try {
        if (file.isPresent()) {
          contexts = new ContextStore(file.get(), GlobalOptions.IN_CONTEXT).read();
        }
      } catch (CliException e) {
        failure = e;
      }
    }
    return contexts;
  }
}
