package orderflow.cli.options;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import orderflow.cli.contexts.ConfigException;
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
 * Which context a command uses: that of its flag, else the one that its shell or the environment
 * names, else the file's current one. The file is read once, when it is first needed.
 */
public final class ContextResolver {
  private static final String OPTION = "--context";
  private static final String VARIABLE = "ORDERFLOW_CONTEXT";

  /** What talks to nothing, or to what it brings along. */
  private static final Set<String> WITHOUT = Set.of("completion", "demo", "help");

  private final Optional<Path> file;
  private final Optional<Named> outside;
  private final boolean chosenInSession;
  private @Nullable Contexts contexts;
  private @Nullable RuntimeException broken;

  public ContextResolver(CliContext cli) {
    Optional<Path> named = Optional.empty();
    try {
      named = cli.configFile();
    } catch (CliException e) {
      broken = e;
    }
    this.file = named;
    this.outside = outside(cli);
    this.chosenInSession = cli.session().filter(ShellSession::contextChosen).isPresent();
  }

  /**
   * A context that is named elsewhere than in the file.
   *
   * @param by for people: what names it
   */
  public record Named(String context, String by) {
    /** The context that a command line names itself. */
    public static Named byFlag(String context) {
      return new Named(context, OPTION);
    }
  }

  /**
   * The context that is named beyond the command line, and so is used whichever the file says is
   * the current one.
   */
  public static Optional<Named> outside(CliContext cli) {
    Optional<ShellSession> session = cli.session();
    if (session.isPresent() && session.get().contextChosen()) {
      return Optional.empty();
    }
    return session
        .flatMap(shell -> shell.option(OPTION))
        .map(name -> new Named(name, "the shell's " + OPTION))
        .or(() ->
            Optional.of(cli.environment().getOrDefault(VARIABLE, ""))
                .filter(name -> !name.isEmpty())
                .map(name -> new Named(name, "variable " + VARIABLE)));
  }

  /** What a command uses that names none itself; empty for none, or when the file is broken. */
  public static Optional<String> standing(CliContext cli) {
    var choice = new ContextResolver(cli);
    return choice
        .outside
        .map(Named::context)
        .or(() -> Optional.ofNullable(choice.contexts().current()));
  }

  /** Those that there are; none when the file is broken. */
  public static List<String> names(CliContext cli) {
    return List.copyOf(new ContextResolver(cli).contexts().byName().keySet());
  }

  /** The option's value in the context of its command; empty when it has none. */
  Optional<ContextValue> setting(OptionSpec option) {
    String name = option.longestName().replaceFirst("^--", "");
    if (!GlobalOptions.IN_CONTEXT.contains(name) || !takesContext(option.command())) {
      return Optional.empty();
    }
    String chosen = chosen(option.command());
    return chosen == null
        ? Optional.empty()
        : Optional.ofNullable(contexts().byName().get(chosen)).map(values -> values.get(name));
  }

  /** As the option's value: a file that a context names is looked for from where that stands. */
  String value(OptionSpec option, ContextValue setting) {
    String value = setting.value();
    return option.type() == Path.class && Converters.problem(option, value).isEmpty()
        ? file.orElseThrow().toAbsolutePath().resolveSibling(value).toString()
        : value;
  }

  /** For people: where the setting stands. */
  String source(OptionSpec option, ContextValue setting) {
    return "context '%s' (%s:%d)"
        .formatted(chosen(option.command()), file.orElseThrow(), setting.line());
  }

  /** For people: what is wrong when the setting is. */
  String blamed(OptionSpec option, ContextValue setting) {
    return "%s in context '%s' (%s:%s)"
        .formatted(
            option.longestName(), chosen(option.command()), file.orElseThrow(), setting.place());
  }

  /**
   * To be asked before the command runs, as a value that is looked for is never refused.
   *
   * @throws ConfigException when the file is broken
   * @throws CliException when there can be no such file, or the context that {@code command} is to
   *     use does not exist
   */
  public void check(CommandSpec command) {
    if (!takesContext(command)) {
      return;
    }
    contexts();
    if (broken != null) {
      throw broken;
    }
    Optional<String> missing = missing(command);
    if (missing.isPresent() && !showsWhatIsUsed(command)) {
      throw new CliException(ExitCode.USAGE, missing.get());
    }
  }

  /** For people: that the context which {@code command} is to use does not exist. */
  private Optional<String> missing(CommandSpec command) {
    if (!takesContext(command)) {
      return Optional.empty();
    }
    Set<String> names = contexts().byName().keySet();
    return Optional.ofNullable(chosen(command))
        .filter(chosen -> !names.contains(chosen))
        .map(chosen ->
            "%s: there is no context '%s'; %s"
                .formatted(
                    chooser(command),
                    chosen,
                    names.isEmpty()
                        ? "there are none yet, 'orderflow context add' makes one"
                        : "there are " + String.join(", ", names)));
  }

  private String chooser(CommandSpec command) {
    if (flag(command).isPresent()) {
      return OPTION;
    }
    ContextValue current = contexts().chosen();
    return outside
        .map(Named::by)
        .orElseGet(() -> file.orElseThrow() + (current == null ? "" : ":" + current.place()));
  }

  /** What one looks with when something is wrong shows it, and so must not stumble over it. */
  private static boolean showsWhatIsUsed(CommandSpec command) {
    return isKeeper(command) && command.name().equals("show") && flag(command).isEmpty();
  }

  /**
   * What is to be said before {@code command} runs: that it uses a secret of a context that others
   * can read, or shows what would be used but for a context that does not exist.
   */
  public List<String> warnings(CommandSpec command) {
    return Stream.concat(
            file
                .flatMap(Contexts::warning)
                .filter(_ -> command.options().stream().anyMatch(this::isSecret))
                .stream(),
            missing(command).stream())
        .toList();
  }

  private boolean isSecret(OptionSpec option) {
    String name = option.longestName().replaceFirst("^--", "");
    return setting(option)
        .map(ContextValue::value)
        .filter(value -> !Redaction.mask(name, value).equals(value))
        .isPresent();
  }

  /** Those that keep the contexts themselves, or need none, work whatever state they are in. */
  private static boolean takesContext(CommandSpec command) {
    return command.findOption(OPTION) != null
        && (!isKeeper(command) || command.name().equals("show"))
        && !WITHOUT.contains(command.name());
  }

  private static boolean isKeeper(CommandSpec command) {
    return command.parent() != null && command.parent().name().equals("context");
  }

  /** Whether {@code command} works whatever variables and contexts hold. */
  static boolean isIndifferent(CommandSpec command) {
    return WITHOUT.contains(command.name())
        || (isKeeper(command) && Set.of("list", "show").contains(command.name()));
  }

  /** Whether it was named later than the options of the shell were given. */
  boolean isOfTheLine(CommandSpec command) {
    return takesContext(command) && (chosenInSession || flag(command).isPresent());
  }

  private @Nullable String chosen(CommandSpec command) {
    return flag(command)
        .or(() -> outside.map(Named::context))
        .orElseGet(() -> contexts().current());
  }

  /** Picocli asks for defaults once it has read what was typed. */
  private static Optional<String> flag(CommandSpec command) {
    return Optional.ofNullable(command.findOption(OPTION).getValue());
  }

  private Contexts contexts() {
    if (contexts == null) {
      contexts = new Contexts(null, new TreeMap<>());
      try {
        if (file.isPresent()) {
          contexts = Contexts.read(file.get(), GlobalOptions.IN_CONTEXT);
        }
      } catch (ConfigException e) {
        broken = e;
      }
    }
    return contexts;
  }
}
