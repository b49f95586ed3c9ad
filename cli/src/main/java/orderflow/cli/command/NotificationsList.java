package orderflow.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import orderflow.cli.client.NotificationClient;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.ExitCode;
import orderflow.cli.options.Count;
import orderflow.cli.options.GlobalOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code orderflow notifications list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    header = "List given-up or pending notifications.",
    description = {"", "Sorted by order id, with the last error of each."},
    footer = {
      "",
      "Examples:",
      "  orderflow notifications list",
      "  orderflow notifications list --status pending -o ndjson",
    })
public final class NotificationsList implements Callable<Integer> {
  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      description = "Status to list: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      defaultValue = "given-up")
  private Status status = Status.GIVEN_UP;

  @Option(
      names = {"-n", "--max"},
      paramLabel = "N",
      description = "Maximum number to list (default: ${DEFAULT-VALUE}).",
      defaultValue = "1000")
  private Count max = new Count(1_000);

  enum Status {
    GIVEN_UP,
    PENDING;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public NotificationsList(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<Map<String, Object>> rows = new ArrayList<>();
    try (NotificationClient notifications = global.services().notifications()) {
      notifications.eachWithStatus(
          status.wire(),
          entry -> {
            rows.add(row(entry));
            return rows.size() < max.value();
          });
    }
    global.output().printAll(cli, rows);
    return ExitCode.DONE.code();
  }

  private static Map<String, Object> row(JsonNode entry) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (String text : List.of("order_id", "user_id", "status")) {
      row.put(text, entry.path(text).stringValue(""));
    }
    row.put("attempts", entry.path("attempts").longValue(0));
    row.put("recorded_at", entry.path("recorded_at").stringValue(""));
    row.put("error", entry.path("error").isString() ? entry.path("error").stringValue() : null);
    return row;
  }
}
