package orderflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Suggestions after a typing error, and the program's name in them. */
class WrongUsageTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "plcae            | place",
        "palce            | place",
        "staus            | status",
        "stats            | status",
        "verfiy           | verify",
        "tarce            | trace",
        "dlq-inpsect      | dlq-inspect",
        "inspect          | dlq-inspect",
        "broker           | serve-broker",
        "replay           | replay-duplicate or dlq-replay",
        "serve            | serve-order, serve-inventory, serve-notify or serve-broker",
        "dlq              | dlq-inspect, dlq-replay, dlq-export or dlq-purge",
        "dlq-delete       | dlq-inspect, dlq-replay, dlq-export or dlq-purge",
        "dlq-purg         | dlq-purge --dry-run",
        "purge            | dlq-purge --dry-run",
        "context remvoe   | remove --dry-run",
        "context lst      | list",
        "help plcae       | place",
        "place --itme w   | --item",
        "place --odrer-id | --order-id",
        "dlq-purge --ye   | --yes",
        "status --urii    | --uri",
      })
  void suggestsSimilarNamesWithDestructiveOnesLast(String typed, String suggested) {
    Cli.Result result = new Cli().run(typed.split(" "));

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("Did you mean " + suggested + "? "), result.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "zzz", "banana", "place --no-such-option", "--verbos"})
  void suggestsNothingWithoutASimilarName(String typed) {
    Cli.Result result = new Cli().run(typed.split(" "));

    assertEquals(2, result.exit());
    assertFalse(result.err().contains("Did you mean"), result.err());
    assertTrue(result.err().contains("Try 'orderflow"), result.err());
  }

  @ParameterizedTest
  @CsvSource({"./orderflow, ./orderflow", "'/opt/my apps/orderflow', '\"/opt/my apps/orderflow\"'"})
  void suggestedCommandsStartWithTheCalledName(String called, String typed) {
    Cli cli = new Cli().with("ORDERFLOW_CALLED_AS", called);

    assertTrue(cli.run("plcae").err().contains("'" + typed + " --help'"));
    List<String> help = cli.run("place", "--help").out().lines().toList();
    assertTrue(help.getFirst().startsWith("Place one order"), help.toString());
    assertTrue(help.contains("Usage: " + typed + " place [OPTIONS]"), help.toString());
    assertTrue(help.contains("  " + typed + " place --item widget"), help.toString());
    assertTrue(cli.run("--help").out().contains("  " + typed + " place --wait"));
    assertTrue(
        cli.run("place", "--order-url", "http://127.0.0.1:1")
            .err()
            .contains("start it with '" + typed + " up'"));
    String shown = cli.run("topology", "--help").out();
    assertFalse(shown.lines().anyMatch(line -> line.matches(" *orderflow .*")), shown);
  }

  @Test
  void statusSuggestionsRepeatAddressesAndMaskSecrets() {
    Cli cli = new Cli().with("ORDERFLOW_CALLED_AS", "./orderflow");
    String out =
        cli.run(
                "status",
                "--uri",
                "amqp://ops:hush@127.0.0.1:1/",
                "--token",
                "hush-hush",
                "--order-url=http://127.0.0.1:1",
                "--inventory-url",
                "http://127.0.0.1:1",
                "--notification-url",
                "http://127.0.0.1:1")
            .out();

    assertTrue(
        out.contains("'./orderflow up --uri \"amqp://ops:***@127.0.0.1:1/\" --token \"***\"'"),
        out);
    assertFalse(out.contains("hush"), out);
  }
}
