package orderflow.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import orderflow.cli.ContextChoice;
import orderflow.cli.ContextChoice.Named;
import orderflow.cli.ExitCode;
import orderflow.cli.GlobalOptions;
import orderflow.cli.Secrets;
import orderflow.cli.Surroundings;
import orderflow.cli.config.Contexts;
import orderflow.cli.view.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code orderflow context list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    header = "List the contexts, and which one is used now.",
    description = {
      "",
      "What names it is told when that is not the file, as --context or a variable.",
      "Passwords are masked; 'context show CONTEXT' lists all that one holds.",
    },
    footer = {"", "Examples:", "  orderflow context list", "  orderflow context list -o json"})
public final class ContextList implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private GlobalOptions global = new GlobalOptions();

  public ContextList(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    var file = new ContextFile(surroundings);
    Contexts contexts = file.read();
    boolean people = global.output().isForPeople();
    Optional<Named> named =
        global.context().map(Named::byFlag).or(() -> ContextChoice.outside(surroundings));
    String used = named.map(Named::context).orElse(contexts.current());
    List<Map<String, Object>> rows = new ArrayList<>();
    contexts
        .byName()
        .forEach((name, settings) -> {
          boolean current = name.equals(used);
          Map<String, Object> row = new LinkedHashMap<>();
          row.put("name", name);
          row.put("current", people ? current ? "*" : "" : (Object) current);
          row.put(
              "uri",
              settings.containsKey("uri")
                  ? Secrets.masked("uri", settings.get("uri").value())
                  : null);
          row.put("values", people ? (Object) settings.size() : List.copyOf(settings.keySet()));
          rows.add(row);
        });
    global.output().printAll(surroundings, rows);
    if (people && !global.quiet()) {
      if (rows.isEmpty()) {
        surroundings
            .err()
            .println(
                global.advice().complete("no contexts yet; 'orderflow context add' makes one"));
      }
      named.ifPresent(elsewhere -> explain(elsewhere, contexts));
      surroundings.err().flush();
    }
    return ExitCode.DONE.code();
  }

  /** Why the one that is used is another than the file's. */
  private void explain(Named named, Contexts contexts) {
    surroundings
        .err()
        .println(
            "%s says %s here%s; %s"
                .formatted(
                    named.by(),
                    Text.printable(named.context()),
                    contexts.byName().containsKey(named.context()) ? "" : ", which there is not",
                    contexts.current() == null
                        ? "elsewhere none is used"
                        : "elsewhere " + Text.printable(contexts.current()) + " is used"));
  }
}
