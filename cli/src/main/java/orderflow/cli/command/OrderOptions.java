package orderflow.cli.command;

import picocli.CommandLine.Option;

/** What is ordered. */
final class OrderOptions {
  @Option(
      names = {"-i", "--item"},
      paramLabel = "ITEM",
      description = "What is ordered (default: ${DEFAULT-VALUE}).",
      defaultValue = "widget")
  String item = "widget";

  @Option(
      names = {"-n", "--qty"},
      paramLabel = "N",
      description = "How many (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  int qty = 1;
}
