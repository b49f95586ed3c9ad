package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import orderflow.cli.Cli;
import orderflow.cli.embedded.EmbeddedBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Errors of commands: each is one line on standard error with its exit code, without output on
 * standard output and, unless requested, without a stack trace.
 */
@Timeout(30)
class CommandErrorsTest {
  /** A privileged port that no process uses. */
  static final String UNUSED_ADDRESS = "127.0.0.1:1";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dlq-inspect",
        "dlq-replay",
        "poison",
        "replay-duplicate",
        "flood --via amqp --count 1"
      })
  void unreachableBroker(String command) {
    Cli.Result result =
        run(
            command
                + " --uri amqp://user:secret@"
                + UNUSED_ADDRESS
                + "/ --inventory-url http://"
                + UNUSED_ADDRESS);

    assertFailed(4, result, UNUSED_ADDRESS, "--uri");
    assertFalse(result.err().contains("secret"), result.err());
  }

  /** The services are still shown, but the exit code tells scripts about the broker. */
  @ParameterizedTest
  @ValueSource(strings = {"", " -o json"})
  void watchWithoutABroker(String options) {
    Cli.Result result = run("watch --once --uri amqp://" + UNUSED_ADDRESS + "/" + options);

    assertEquals(4, result.exit());
    assertTrue(result.out().contains("no broker answers at"), result.out());
  }

  /** General help would hide that the command does not exist. */
  @Test
  void helpForAnUnknownCommandIsAnError() {
    Cli.Result result = new Cli().run("broker", "--help");

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("unknown command 'broker'"), result.err());
    assertEquals("", result.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"dlq-inspect", "poison", "topology declare"})
  void brokerRefusesTheLogin(String command) {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory(0)) {
      Cli.Result result = run(command + " --uri amqp://guest:wrong@127.0.0.1:" + broker.port());

      assertFailed(4, result, "refused user and password", "--uri");
      assertFalse(result.err().contains("wrong"), result.err());
    }
  }

  @Test
  void statusPrintsTheSameAdviceOnce() {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory(0)) {
      String out = run("status --uri " + broker.uri()).out();

      assertEquals(2, out.split("topology declare", -1).length, out);
      assertTrue(out.replaceAll("\\s+", " ").contains("topology declare --uri "), out);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "place",
        "place --wait",
        "flood --count 100000 --rate 1",
        "replay-duplicate --order-id ord-1",
      })
  void unreachableService(String command) {
    assertFailed(
        4, run(command + " --order-url http://" + UNUSED_ADDRESS), UNUSED_ADDRESS, "--order-url");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:5672",
        "localhost",
        "amqp:///",
        "amqp://host/one/two",
        "amqp://a:b:c@localhost/",
        "amqp://localhost:99999/",
        "amqp://localhost/?heartbeat=often",
      })
  void invalidBrokerUri(String uri) {
    assertFailed(2, new Cli().run("dlq-inspect", "--uri", uri), "--uri");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://localhost", "localhost:8001", "", "http://localhost:99999"})
  void invalidServiceUrl(String url) {
    assertFailed(2, new Cli().run("place", "--order-url", url), "--order-url");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://u:s3cretPW@localhost:1",
        "http://s3cretPW@localhost:1",
        "ftp://u:s3cretPW@x/",
        "u:s3cretPW@localhost:1",
        "http:u:s3cretPW@localhost",
      })
  void passwordInAServiceUrlIsRefusedAndNotEchoed(String url) {
    for (String command : new String[] {"place", "status", "watch --once"}) {
      Cli.Result result = run(command + " --order-url " + url);

      assertFailed(2, result, "--order-url");
      assertFalse(result.err().contains("s3cretPW"), result.err());
    }
    assertTrue(run("place --order-url http://u:x@localhost:1").err().contains("--token"));
  }

  @Test
  void invalidServiceUrlNamesItsSource() {
    Cli.Result result = new Cli().with("ORDERFLOW_ORDER_URL", "ftp://localhost").run("place");

    assertFailed(2, result, "variable ORDERFLOW_ORDER_URL: ");
  }

  @Test
  void invalidBrokerUriNamesItsSource() {
    Cli.Result result = new Cli().with("ORDERFLOW_AMQP_URI", "ftp://localhost").run("dlq-inspect");

    assertFailed(2, result, "variable ORDERFLOW_AMQP_URI: ");
  }

  @Test
  void verifyDoesNotEchoAnInvalidBrokerUri() {
    Cli.Result result = new Cli().run("verify", "--broker", "amqp://user:sec ret@localhost/");

    assertEquals(2, result.exit(), result.err());
    assertTrue(result.err().contains("\norderflow: --broker: "), result.err());
    assertFalse(result.err().contains("ret@"), result.err());
    assertFalse(result.err().contains("Exception"), result.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"t0kSECRET\n", "t0kSECRET\r", "a\nt0kSECRET", "t0kSECR\u00c9T", "t0k b"})
  void invalidTokenIsRefusedAndNotShown(String token) {
    for (Cli.Result result :
        new Cli.Result[] {
          new Cli().with("ORDERFLOW_TOKEN", token).run("place"),
          new Cli().run("place", "--token", token, "-v"),
          new Cli().run("serve-order", "--port", "0", "--token", token),
          new Cli()
              .with("ORDERFLOW_CONFIG", folder.resolve("config.toml").toString())
              .run("context", "add", "prod", "--token", token),
        }) {
      assertEquals(2, result.exit(), result.err());
      assertFalse(result.err().contains("t0k"), result.err());
      assertFalse(result.err().contains("Exception"), result.err());
      assertTrue(result.err().matches("(?s).*(--token|variable ORDERFLOW_TOKEN).*"), result.err());
    }
    assertFalse(Files.exists(folder.resolve("config.toml")));
  }

  @Test
  void invalidUriIsNotEchoedWithItsPassword() {
    Cli.Result result = new Cli().run("dlq-inspect", "--uri", "amqp://user:sec ret@localhost/");

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("--uri"), result.err());
    assertFalse(result.err().contains("ret@"), result.err());
    assertFalse(result.err().contains("Exception"), result.err());
  }

  @ParameterizedTest
  @CsvSource({
    "place --order-id two+words,order_id",
    "place --item ../etc,item_id",
    "place --user ünder,user_id",
    "place --qty 0,qty",
    "place --qty 1000001,qty",
    "flood --count 0,--count",
    "flood --seconds 0,--seconds",
    "flood --connections 0,--connections",
    "flood --users 0,--users",
    "flood --prefix two+words,order_id",
    "flood --qty -1,qty",
    "replay-duplicate --copies 0,--copies",
    "replay-duplicate --order-id a/b,--order-id",
    "poison --kind salty,salty",
    "dlq-inspect --limit 0,--limit",
  })
  void valuesOutOfRange(String command, String named) {
    assertFailed(2, run(command), named);
  }

  /** In a URL path, they would name another item. */
  @ParameterizedTest
  @ValueSource(strings = {"gadget?x", "a b", "%zz", "a/b", "", "a#b"})
  void invalidItemIdIsRefused(String item) {
    assertFailed(2, new Cli().run("stock", item), "ITEM_ID");
    assertFailed(2, new Cli().run("stock", item, "--set", "9"), "ITEM_ID");
  }

  @ParameterizedTest
  @CsvSource({
    "flood --rate 0,--rate",
    "flood --rate fast,fast",
    "flood --via smtp,--via",
    "flood --count many,many",
    "flood --seconds 1y,1y",
    "flood --seconds 999999999d,999999999d",
    "place --timeout 999999999d,--timeout",
    "place --qty one,--qty",
    "place --order-url http://,--order-url",
    "dlq-inspect --limit 1.5,--limit",
    "serve-inventory --fail-prob often,--fail-prob",
  })
  void invalidValues(String command, String named) {
    Cli.Result result = run(command);

    assertEquals(2, result.exit());
    assertEquals(2, result.err().lines().count(), result.err());
    assertTrue(result.err().contains(named), result.err());
    assertTrue(result.err().contains("--help"), result.err());
  }

  /** Picocli would use the longest name. */
  @ParameterizedTest
  @CsvSource({
    "flood --seconds 1y,--seconds",
    "flood --seconds=1y,--seconds",
    "flood --duration 1y,--duration",
    "flood -z 1y,-z",
    "flood -z1y,-z",
    "flood --seconds,--seconds",
    "flood --seconds 0,--seconds",
    "flood --duration=0,--duration",
    "flood -z 0,-z",
    "flood -c many,-c",
    "place -n one,-n",
    "place --qty one,--qty",
    "serve-order -p x,-p",
  })
  void errorNamesTheOptionAsTyped(String command, String typed) {
    Cli.Result result = run(command);

    assertEquals(2, result.exit());
    String line = result.err().lines().findFirst().orElse("");
    assertTrue(line.matches(".*\\B" + typed + "\\b.*"), line);
    for (String other :
        List.of("--seconds", "--duration", "-z", "--connections", "--qty", "--port")) {
      assertTrue(other.equals(typed) || !line.contains(other), line);
    }
  }

  /** Picocli echoes all arguments, which may include a token. */
  @Test
  void usageErrorsDoNotEchoSecrets() {
    var err = new StringWriter();
    var commandLine = new Cli().commandLine();
    commandLine.setErr(new PrintWriter(err, true));
    commandLine.setDefaultValueProvider(option -> {
      throw new IllegalStateException("T0pS3cret");
    });

    int exit = commandLine.execute("place", "--token", "T0pS3cret", "--uri", "amqp://u:S3cret@h/");

    assertEquals(1, exit);
    assertEquals(
        "orderflow: internal error: the command line cannot be read (IllegalStateException)",
        err.toString().strip());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "place --order-url --token=T0pS3cret",
        "place --tokn=T0pS3cret",
        "place amqp://u:T0pS3cret@h/",
        "amqp://u:T0pS3cret@h/",
      })
  void misplacedSecretIsNotEchoed(String command) {
    Cli.Result result = run(command);

    assertEquals(2, result.exit());
    assertFalse(result.err().contains("S3cret"), result.err());
  }

  @Test
  void brokerOfVerifyNamesItsOwnOption() {
    for (String broker : new String[] {"foo", "amqp://" + UNUSED_ADDRESS}) {
      Cli.Result result =
          new Cli()
              .with("ORDERFLOW_AMQP_URI", "amqp://elsewhere/")
              .run("verify", "happy-path", "--broker", broker);

      assertTrue(result.err().contains("--broker"), result.err());
      assertFalse(result.err().contains("--uri"), result.err());
      assertFalse(result.err().contains("ORDERFLOW_AMQP_URI"), result.err());
    }
  }

  @Test
  void allowedValuesAreListedOnce() {
    assertTrue(run("poison --kind salty").err().contains("is not one of all, invalid-json, "));
  }

  @Test
  void emptyFileNameIsRefused() {
    Cli.Result result = new Cli().run("dlq-export", "");

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("'' is not a valid path"), result.err());
  }

  @Test
  void valueWithALineBreakIsReportedInOneLine() {
    assertFailed(2, new Cli().run("poison", "--kind", "a\nforged\u001b[2J"), "--kind");
  }

  @Test
  void verboseAddsTheStackTrace() {
    Cli.Result result = run("place -v --order-url http://" + UNUSED_ADDRESS);

    assertEquals(4, result.exit());
    assertTrue(result.err().startsWith("orderflow: "), result.err());
    assertTrue(result.err().contains("\tat orderflow.cli."), result.err());
  }

  @Test
  void environmentVariableAddsTheStackTrace() {
    Cli.Result result =
        new Cli()
            .with("ORDERFLOW_VERBOSE", "true")
            .run("place", "--order-url", "http://" + UNUSED_ADDRESS);

    assertTrue(result.err().contains("\tat orderflow.cli."), result.err());
  }

  static Cli.Result run(String command) {
    return new Cli().run(command.split(" "));
  }

  static void assertFailed(int exit, Cli.Result result, String... named) {
    assertEquals(exit, result.exit(), result.err());
    assertEquals("", result.out());
    List<String> lines = result.err().lines().toList();
    assertEquals(1, lines.size(), result.err());
    assertTrue(lines.getFirst().startsWith("orderflow: "), result.err());
    assertFalse(lines.getFirst().contains("Exception"), result.err());
    for (String name : named) {
      assertTrue(lines.getFirst().contains(name), () -> name + " is not in " + result.err());
    }
  }
}
