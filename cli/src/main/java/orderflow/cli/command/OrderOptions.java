package orderflow.cli.command;

import picocli.CommandLine.Option;

/** Options for the item of an order. */
final class OrderOptions {
  @Option(
      names = {"-i", "--item"},
      paramLabel = "ITEM",
      description = "Item to order (default: ${DEFAULT-VALUE}).",
      defaultValue = "widget")
  String item = "widget";

  @Option(
      names = {"-n", "--qty"},
      paramLabel = "N",
      description = "Quantity (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  int qty = 1;
}
