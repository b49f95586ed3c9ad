package orderflow.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import orderflow.cli.client.InventoryClient.Stock;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.options.Count;
import orderflow.cli.options.GlobalOptions;
import orderflow.event.Ids;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code orderflow stock}. */
@Command(
    name = "stock",
    mixinStandardHelpOptions = true,
    header = "Show or set the stock of items.",
    description = {"", "An item without a stock level is unlimited."},
    footer = {
      "",
      "Examples:",
      "  orderflow stock",
      "  orderflow stock widget --set 1000",
    })
public final class StockCommand implements Callable<Integer> {
  private static final int MAX_LISTED = 100_000;

  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "ITEM_ID",
      description = "Item id (default: all items with a stock level or an order).")
  private @Nullable String item;

  @Option(names = "--set", paramLabel = "N", description = "Set the available stock to N.")
  private @Nullable Count set;

  public StockCommand(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (set != null && item == null) {
      throw new CliException(ExitCode.USAGE, "--set requires an ITEM_ID");
    }
    if (item != null && !Ids.isValid(item)) {
      throw new CliException(ExitCode.USAGE, "ITEM_ID must be " + Ids.RULE);
    }
    try (var inventory = global.services().inventory()) {
      if (item == null) {
        List<Map<String, Object>> rows = new ArrayList<>();
        inventory.eachItem(stock -> {
          if (rows.size() < MAX_LISTED) {
            rows.add(row(stock));
          }
        });
        global.output().printAll(cli, rows);
      } else {
        Stock stock =
            set == null ? inventory.stock(item) : inventory.setAvailable(item, set.value());
        global.output().printOne(cli, row(stock));
      }
    }
    return ExitCode.DONE.code();
  }

  private Map<String, Object> row(Stock stock) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("item_id", stock.itemId());
    boolean unlimited = stock.available() == Long.MAX_VALUE;
    row.put(
        "available",
        unlimited ? global.output().isHumanReadable() ? "unlimited" : null : stock.available());
    row.put("reserved", stock.reserved());
    return row;
  }
}
