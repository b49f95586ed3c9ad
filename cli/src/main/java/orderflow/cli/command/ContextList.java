package orderflow.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import orderflow.cli.ExitCode;
import orderflow.cli.GlobalOptions;
import orderflow.cli.Secrets;
import orderflow.cli.Surroundings;
import orderflow.cli.config.Contexts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code orderflow context list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    header = "List the contexts, and which is the current one.",
    description = {"", "Passwords are masked; 'context show NAME' lists all that one holds."},
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
    List<Map<String, Object>> rows = new ArrayList<>();
    contexts
        .byName()
        .forEach((name, settings) -> {
          boolean current = name.equals(contexts.current());
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
    if (rows.isEmpty() && people && !global.quiet()) {
      surroundings.err().println("no contexts yet; 'orderflow context add' makes one");
      surroundings.err().flush();
    }
    return ExitCode.DONE.code();
  }
}
