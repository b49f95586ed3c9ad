package orderflow.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import orderflow.cli.contexts.Contexts;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.Redaction;
import orderflow.cli.options.ContextResolver;
import orderflow.cli.options.ContextResolver.Selection;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.view.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code orderflow context list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    header = "List the contexts and mark the selected one.",
    description = {
      "",
      "Passwords are masked. 'context show CONTEXT' lists the values of a context.",
    },
    footer = {"", "Examples:", "  orderflow context list", "  orderflow context list -o json"})
public final class ContextList implements Callable<Integer> {
  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();

  public ContextList(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    var file = new ContextFile(cli);
    Contexts contexts = file.read();
    boolean readable = global.output().isHumanReadable();
    Optional<Selection> selection =
        global.context().map(Selection::byFlag).or(() -> ContextResolver.preselected(cli));
    String used = selection.map(Selection::context).orElse(contexts.current());
    List<Map<String, Object>> rows = new ArrayList<>();
    contexts
        .byName()
        .forEach((name, settings) -> {
          boolean current = name.equals(used);
          Map<String, Object> row = new LinkedHashMap<>();
          row.put("name", name);
          row.put("current", readable ? current ? "*" : "" : (Object) current);
          row.put(
              "uri",
              settings.containsKey("uri")
                  ? Redaction.mask("uri", settings.get("uri").value())
                  : null);
          row.put("values", readable ? (Object) settings.size() : List.copyOf(settings.keySet()));
          rows.add(row);
        });
    global.output().printAll(cli, rows);
    if (readable && !global.quiet()) {
      if (rows.isEmpty()) {
        cli.err()
            .println(
                global
                    .commandHints()
                    .complete("no contexts yet; add one with 'orderflow context add'"));
      }
      selection.ifPresent(other -> explain(other, contexts));
      cli.err().flush();
    }
    return ExitCode.DONE.code();
  }

  /** Why the selected context is not the current one of the file. */
  private void explain(Selection selection, Contexts contexts) {
    cli.err()
        .println(
            "%s selects %s%s; %s"
                .formatted(
                    selection.selectedBy(),
                    Text.printable(selection.context()),
                    contexts.byName().containsKey(selection.context())
                        ? ""
                        : ", which does not exist",
                    contexts.current() == null
                        ? "there is no current context"
                        : "the current context is " + Text.printable(contexts.current())));
  }
}
