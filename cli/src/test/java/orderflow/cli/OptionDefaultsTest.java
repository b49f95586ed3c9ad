package orderflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import orderflow.cli.options.OptionDefaults;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.ParseResult;

/** Precedence of flag, environment and default; the names of the variables are a contract. */
class OptionDefaultsTest {
  @ParameterizedTest
  @CsvSource({
    "--uri,ORDERFLOW_AMQP_URI",
    "--order-url,ORDERFLOW_ORDER_URL",
    "--inventory-url,ORDERFLOW_INVENTORY_URL",
    "--notification-url,ORDERFLOW_NOTIFICATION_URL",
    "--queue-type,ORDERFLOW_QUEUE_TYPE",
    "--context,ORDERFLOW_CONTEXT",
    "--token,ORDERFLOW_TOKEN",
    "--tls-ca,ORDERFLOW_TLS_CA",
    "--output,ORDERFLOW_OUTPUT",
  })
  void everyGlobalOptionHasAVariable(String option, String variable) {
    var command = Objects.requireNonNull(new Cli().commandLine().getSubcommands().get("place"));

    assertEquals(
        List.of(variable),
        OptionDefaults.variables(command.getCommandSpec().findOption(option)).toList());
  }

  /** With all variables in one environment, as when one script starts all services. */
  @ParameterizedTest
  @CsvSource({
    "serve-order,--port,7001",
    "serve-inventory,--port,7002",
    "serve-notify,--port,7003",
    "serve-broker,--port,7004",
    "up,--order-port,7001",
    "up,--inventory-port,7002",
    "up,--notify-port,7003",
  })
  void eachServiceHasItsOwnPortVariable(String command, String option, int port) {
    ParseResult parsed =
        new Cli()
            .with("ORDERFLOW_PORT", "7000")
            .with("ORDERFLOW_ORDER_PORT", "7001")
            .with("ORDERFLOW_INVENTORY_PORT", "7002")
            .with("ORDERFLOW_NOTIFY_PORT", "7003")
            .with("ORDERFLOW_BROKER_PORT", "7004")
            .commandLine()
            .parseArgs(command)
            .subcommand();

    assertEquals(port, parsed.commandSpec().findOption(option).<Integer>getValue());
  }

  @Test
  void defaultAppliesWithoutFlagAndVariable() {
    assertEquals(URI.create("http://localhost:8001"), orderUrl(new Cli()));
  }

  @Test
  void variablePrecedesDefault() {
    assertEquals(
        URI.create("http://env:1"),
        orderUrl(new Cli().with("ORDERFLOW_ORDER_URL", "http://env:1")));
  }

  @Test
  void flagPrecedesVariable() {
    assertEquals(
        URI.create("http://flag:1"),
        orderUrl(
            new Cli().with("ORDERFLOW_ORDER_URL", "http://env:1"), "--order-url", "http://flag:1"));
  }

  @Test
  void emptyVariableIsIgnored() {
    assertEquals(
        URI.create("http://localhost:8001"), orderUrl(new Cli().with("ORDERFLOW_ORDER_URL", "")));
  }

  @Test
  void commandUsesBrokerVariable() {
    Cli.Result result =
        new Cli().with("ORDERFLOW_AMQP_URI", "amqp://127.0.0.1:1/").run("dlq-inspect");

    assertEquals(4, result.exit());
    assertTrue(result.err().contains("amqp://127.0.0.1:1/"), result.err());
  }

  @Test
  void invalidVariableIsUsageErrorNamingTheVariable() {
    Cli.Result result = new Cli().with("ORDERFLOW_OUTPUT", "xml").run("poison", "--kind", "nope");

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("xml"), result.err());
    assertTrue(result.err().contains("variable ORDERFLOW_OUTPUT"), result.err());
    assertFalse(result.err().contains("--output"), "not typed: " + result.err());
  }

  /** A leftover variable must not set a stock, confirm or force anything. */
  @ParameterizedTest
  @CsvSource({
    "stock any,--set,ORDERFLOW_SET",
    "dlq-replay,--set,ORDERFLOW_SET",
    "dlq-replay,--force,ORDERFLOW_FORCE",
    "dlq-purge,--yes,ORDERFLOW_YES",
    "dlq-purge,--no-export,ORDERFLOW_NO_EXPORT",
    "flood,--seconds,ORDERFLOW_SECONDS",
  })
  void commandSpecificOptionsHaveNoVariable(String command, String option, String variable) {
    Object usual = value(new Cli(), command, option);

    assertEquals(usual, value(new Cli().with(variable, "not a value"), command, option));
  }

  private static Object value(Cli cli, String command, String option) {
    ParseResult parsed = cli.commandLine().parseArgs(command.split(" ", -1));
    return String.valueOf(parsed.subcommand().commandSpec().findOption(option).<Object>getValue());
  }

  /** Images and pipelines often set these. */
  @ParameterizedTest
  @ValueSource(strings = {"ORDERFLOW_VERSION", "ORDERFLOW_HELP"})
  void standardFlagsHaveNoVariable(String variable) {
    Cli.Result result = new Cli().with(variable, "1.4.2").run("poison", "--kind", "nope");

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("'nope'"), result.err());
    assertFalse(
        new Cli()
            .with(variable, "1.4.2")
            .run("serve-order", "--port", "99999")
            .err()
            .contains("1.4"));
  }

  @Test
  void repeatedFlagStaysSet() {
    assertTrue(flag(new Cli(), "--quiet", "--quiet"));
    assertTrue(flag(new Cli().with("ORDERFLOW_QUIET", "true"), "--quiet"));
    assertTrue(flag(new Cli().with("ORDERFLOW_QUIET", "true"), "--quiet", "--quiet"));
    assertFalse(flag(new Cli().with("ORDERFLOW_QUIET", "true"), "--quiet", "--quiet=false"));
    assertTrue(flag(new Cli().with("NO_COLOR", "1"), "--no-color"));
    assertTrue(flag(new Cli().with("NO_COLOR", "1"), "--no-color", "--no-color"));
    assertFalse(flag(new Cli().with("NO_COLOR", ""), "--no-color"));
    assertFalse(flag(new Cli(), "--no-color"));
  }

  @ParameterizedTest
  @CsvSource({
    "1,true",
    "yes,true",
    "ON,true",
    "True,true",
    "0,false",
    "no,false",
    "off,false",
    "FALSE,false",
  })
  void flagVariableAcceptsCommonWords(String text, boolean expected) {
    assertEquals(expected, flag(new Cli().with("ORDERFLOW_QUIET", text), "--quiet"));
    assertEquals(expected, flag(new Cli(), "--quiet", "--quiet=" + text));
  }

  @Test
  void invalidFlagVariableListsAcceptedWords() {
    Cli.Result result = new Cli().with("ORDERFLOW_INSECURE", "maybe").run("place");

    assertEquals(2, result.exit());
    assertEquals(
        "orderflow: variable ORDERFLOW_INSECURE: 'maybe' is not one of"
            + " true, yes, on, 1, false, no, off, 0",
        result.err().strip());
  }

  private static URI orderUrl(Cli cli, String... options) {
    return parse(cli, options).matchedOptionValue("--order-url", defaultOf(cli, options));
  }

  private static URI defaultOf(Cli cli, String... options) {
    return parse(cli, options).commandSpec().findOption("--order-url").getValue();
  }

  /** The value of the flag {@code name}. */
  private static boolean flag(Cli cli, String name, String... options) {
    return parse(cli, options).commandSpec().findOption(name).getValue();
  }

  private static ParseResult parse(Cli cli, String... options) {
    String[] all = new String[options.length + 1];
    all[0] = "place";
    System.arraycopy(options, 0, all, 1, options.length);
    return cli.commandLine().parseArgs(all).subcommand();
  }
}
