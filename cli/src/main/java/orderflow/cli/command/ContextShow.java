package orderflow.cli.command;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import orderflow.cli.contexts.ContextValue;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.Redaction;
import orderflow.cli.options.Converters;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.options.OptionDefaults;
import orderflow.cli.options.OptionValue;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orderflow context show}. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    header = "Show a context, or the values in use and their sources.",
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
      description = "Context to show (default: the values that a command would use).")
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
    return Objects.requireNonNull(spec).options().stream()
        .filter(option -> GlobalOptions.IN_CONTEXT.contains(plainName(option)))
        .sorted(Comparator.comparing(ContextShow::plainName))
        .map(option -> {
          OptionValue value = OptionDefaults.valueOf(option);
          return row(plainName(option), value.text(), value.explainedSource());
        })
        .toList();
  }

  private List<Map<String, Object>> held(String context) {
    var file = new ContextFile(cli);
    return ContextFile.require(file.read(), context).entrySet().stream()
        .map(entry -> {
          String option = entry.getKey();
          ContextValue value = entry.getValue();
          String place = file.path() + ":" + value.line();
          return row(
              option,
              value.value(),
              Converters.problem(
                      Objects.requireNonNull(spec).findOption("--" + option), value.value())
                  .map(why -> place + ", invalid: " + why)
                  .orElse(place));
        })
        .toList();
  }

  private static String plainName(OptionSpec option) {
    return GlobalOptions.plainName(option);
  }

  /** A table shows the file without its folders, to keep lines short. */
  private Map<String, Object> row(String option, @Nullable String value, String origin) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("option", option);
    row.put("value", value == null ? null : Redaction.mask(option, value));
    row.put(
        "origin",
        global.output().isHumanReadable()
            ? origin.replaceFirst("^([^(]*\\(|)/[^:]*/(?=[^/:]*:\\d+)", "$1")
            : origin);
    return row;
  }
}
