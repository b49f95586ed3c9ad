package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import orderflow.cli.Cli;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.http.HttpSettings;
import orderflow.inventory.FaultInjection;
import orderflow.inventory.InventoryService;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.order.OrderService;
import orderflow.service.RunningService;
import orderflow.service.ServiceSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What goes wrong at the edges: each is one line on standard error, the exit code of the table,
 * nothing on standard output, and no stack trace unless asked for.
 */
@Timeout(30)
class CommandErrorsTest {
  /** Nobody listens there: it is not handed out and needs rights to be taken. */
  private static final String NOBODY = "127.0.0.1:1";

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
  void aBrokerThatDoesNotAnswer(String command) {
    Cli.Result result =
        run(command + " --uri amqp://user:secret@" + NOBODY + "/ --inventory-url http://" + NOBODY);

    assertFailed(4, result, NOBODY, "--uri");
    assertFalse(result.err().contains("secret"), result.err());
  }

  /** What can be seen is shown, but a script must not take it for all. */
  @ParameterizedTest
  @ValueSource(strings = {"", " -o json"})
  void watchWithoutABroker(String options) {
    Cli.Result result = run("watch --once --uri amqp://" + NOBODY + "/" + options);

    assertEquals(4, result.exit());
    assertTrue(result.out().contains("no broker answers at"), result.out());
  }

  /** Help that was not asked for would hide that nothing of the kind is there. */
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
  void aServiceThatDoesNotAnswer(String command) {
    assertFailed(4, run(command + " --order-url http://" + NOBODY), NOBODY, "--order-url");
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
  void aBrokerAddressThatIsNone(String uri) {
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
  void aPasswordInAServiceAddressIsRefusedAndNotRepeated(String url) {
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
  @ValueSource(strings = {"serve-order", "serve-inventory", "serve-notify", "serve-broker"})
  void portInUse(String command) throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Cli.Result result = run(command + " --port " + taken.getLocalPort() + data());

      assertFailed(2, result, Integer.toString(taken.getLocalPort()));
    }
  }

  @Test
  void portUsedByAnotherProgram() throws IOException {
    try (var other = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerAsHttp(other));
      Cli.Result result = run("up --uri amqp://127.0.0.1:" + other.getLocalPort() + data());

      assertFailed(2, result, Integer.toString(other.getLocalPort()), "AMQP");
    }
  }

  /** It must not end with a broker without TLS in place of the one that was asked for. */
  @Test
  void upWithTlsAndNoBroker() {
    assertFailed(4, run("up --uri amqps://" + NOBODY + data()), "no TLS", "amqp://");
    assertFalse(Files.exists(folder.resolve("broker")));
  }

  @Test
  void upWithTlsAndAPlainBroker() {
    try (var broker = EmbeddedBroker.inMemory(0)) {
      assertFailed(
          2, run("up --uri amqps://127.0.0.1:" + broker.port() + data()), "does not speak TLS");
    }
  }

  @Test
  void upWithTlsUsesTheListeningBroker() throws IOException {
    try (var other = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerAsHttp(other));

      // It gets as far as its own ports.
      assertFailed(
          2,
          run(
              "up --uri amqps://127.0.0.1:"
                  + other.getLocalPort()
                  + data()
                  + " --order-port "
                  + taken.getLocalPort()),
          "--order-port");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "serve-order --port 70000,--port",
    "serve-inventory --port -1,--port",
    "serve-broker --port 70000,--port",
    "up --order-port 70000,--order-port",
    "serve-order --store postgres,--store",
    "serve-order --port 0 --bind 203.0.113.1,203.0.113.1",
    "serve-order --port 0 --bind no.such.host.invalid,no.such.host.invalid",
    "serve-inventory --fail-mode prob --fail-prob 1.5,--fail-prob",
    "serve-notify --notifier smtp,--smtp-url",
    "serve-notify --notifier smtp --smtp-url smtp://localhost:99999,--smtp-url",
    "serve-notify --notifier webhook --webhook-url ftp://x,--webhook-url",
  })
  void servicesThatCannotBeSetUp(String command, String named) {
    assertFailed(2, run(command + data()), named);
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve-order --port 0", "serve-broker --port 0"})
  void dataFolderThatCannotBeCreated(String command) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "not a folder");

    assertFailed(2, run(command + " --data-dir " + file.resolve("data")), file.toString());
  }

  @Test
  void dataFolderInUseByABroker() {
    try (var _ = EmbeddedBroker.durable(0, folder.resolve("broker"))) {
      assertFailed(2, run("serve-broker --port 0" + data()), folder.toString());
    }
  }

  @Test
  void dataFolderInUseByAService() {
    try (RunningService _ = InventoryService.start(settings(), FaultInjection.NONE)) {
      assertFailed(2, run("serve-inventory --port 0" + data()), folder.toString());
    }
  }

  /** A service on the test's folder, without a broker. */
  private ServiceSettings settings() {
    return new ServiceSettings(
        new RabbitBroker(BrokerSettings.of(java.net.URI.create("amqp://" + NOBODY + "/"), "test")),
        folder,
        HttpSettings.of("127.0.0.1", 0),
        Cli.plainContext().clock(),
        Cli.plainContext().random());
  }

  /** A second one on the same machine finds the first one's broker, and must not boast of it. */
  @Test
  void secondUpOnTheSameFolder() {
    try (var broker = EmbeddedBroker.inMemory(0);
        RunningService _ = OrderService.start(settings(), 1_000)) {
      assertFailed(2, run("up --uri " + broker.uri() + data()), folder.toString(), "in use");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--order-port", "--inventory-port", "--notify-port"})
  void upOnAPortInUse(String option) throws IOException {
    try (var broker = EmbeddedBroker.inMemory(0);
        var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      String free = " --order-port 0 --inventory-port 0 --notify-port 0";
      String ports = free.replace(option + " 0", option + " " + port);

      assertFailed(2, run("up --uri " + broker.uri() + data() + ports), port, option);
    }
  }

  @Test
  void noHomeFolder() {
    assertFailed(2, new Cli().run("serve-order", "--port", "0"), "--data-dir");
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
  void valuesThatAreNotAllowed(String command, String named) {
    assertFailed(2, run(command), named);
  }

  /** In a path they would name another item, or no path at all. */
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
  void valuesThatAreNone(String command, String named) {
    Cli.Result result = run(command);

    assertEquals(2, result.exit());
    assertEquals(2, result.err().lines().count(), result.err());
    assertTrue(result.err().contains(named), result.err());
    assertTrue(result.err().contains("--help"), result.err());
  }

  /** Picocli would call each of them by the longest name. */
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
  void anErrorNamesTheOptionAsItWasTyped(String command, String typed) {
    Cli.Result result = run(command);

    assertEquals(2, result.exit());
    String line = result.err().lines().findFirst().orElse("");
    assertTrue(line.matches(".*\\B" + typed + "\\b.*"), line);
    for (String other :
        List.of("--seconds", "--duration", "-z", "--connections", "--qty", "--port")) {
      assertTrue(other.equals(typed) || !line.contains(other), line);
    }
  }

  /** Picocli likes to repeat all arguments, and there may be a token among them. */
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
  void aSecretInTheWrongPlaceIsNotRepeated(String command) {
    Cli.Result result = run(command);

    assertEquals(2, result.exit());
    assertFalse(result.err().contains("S3cret"), result.err());
  }

  @Test
  void brokerOfVerifyNamesItsOwnOption() {
    for (String broker : new String[] {"foo", "amqp://" + NOBODY}) {
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
    Cli.Result result = run("place -v --order-url http://" + NOBODY);

    assertEquals(4, result.exit());
    assertTrue(result.err().startsWith("orderflow: "), result.err());
    assertTrue(result.err().contains("\tat orderflow.cli."), result.err());
  }

  @Test
  void environmentVariableAddsTheStackTrace() {
    Cli.Result result =
        new Cli().with("ORDERFLOW_VERBOSE", "true").run("place", "--order-url", "http://" + NOBODY);

    assertTrue(result.err().contains("\tat orderflow.cli."), result.err());
  }

  private static void answerAsHttp(ServerSocket server) {
    while (!server.isClosed()) {
      try (var caller = server.accept()) {
        caller
            .getOutputStream()
            .write(
                "HTTP/1.1 400 Bad Request\r\n\r\n"
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      } catch (IOException e) {
        return;
      }
    }
  }

  private String data() {
    return " --data-dir " + folder;
  }

  private static Cli.Result run(String command) {
    return new Cli().run(command.split(" "));
  }

  private static void assertFailed(int exit, Cli.Result result, String... named) {
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
