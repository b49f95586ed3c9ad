package orderflow.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import orderflow.cli.contexts.ContextValue;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.Redaction;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.options.ValueSource;
import orderflow.cli.options.ValueSource.Origin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orderflow context show}. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    header = "Show a context, or what commands use now and where each value is from.",
    description = {"", "Passwords and tokens are masked."},
    footer = {
      "",
      "Examples:",
      "  orderflow context show",
      "  orderflow context show staging",
      "  orderflow context show --context staging --uri amqp://elsewhere/",
    })
public final class ContextShow implements Callable<Integer> {
  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "CONTEXT",
      description = "Only what this context holds (default: what a command would use now).")
  private @Nullable String name;

  public ContextShow(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    global.output().printAll(cli, name == null ? inUse() : held(name));
    return ExitCode.DONE.code();
  }

  private List<Map<String, Object>> inUse() {
    List<Map<String, Object>> rows = new ArrayList<>();
    ValueSource.of(Objects.requireNonNull(spec), GlobalOptions.IN_CONTEXT)
        .forEach(origin -> rows.add(row(origin)));
    return rows;
  }

  private List<Map<String, Object>> held(String context) {
    var file = new ContextFile(cli);
    SortedMap<String, ContextValue> settings = ContextFile.require(file.read(), context);
    List<Map<String, Object>> rows = new ArrayList<>();
    settings.forEach((option, setting) ->
        rows.add(
            row(
                ValueSource.of(
                    Objects.requireNonNull(spec),
                    option,
                    setting.value(),
                    file.path() + ":" + setting.line()))));
    return rows;
  }

  /** For people the file's name will do: there is one, and lines are short. */
  private Map<String, Object> row(Origin origin) {
    String value = origin.value();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("option", origin.option());
    row.put("value", value == null ? null : Redaction.mask(origin.option(), value));
    row.put(
        "origin",
        global.output().isHumanReadable()
            ? origin.from().replaceFirst("^([^(]*\\(|)/[^:]*/(?=[^/:]*:\\d+)", "$1")
            : origin.from());
    return row;
  }
}
