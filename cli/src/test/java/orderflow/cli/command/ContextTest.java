package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import orderflow.cli.Cli;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The context commands, and commands that use a context. */
class ContextTest {
  @TempDir Path folder = Path.of("");

  @Test
  void contextValuesAreUsedAndShowTheirOrigin() {
    assertEquals(
        0,
        run("context add prod --use --uri amqp://ops:secret@mq.example/ --token s3cret"
                + " --order-url http://orders:1")
            .exit());

    Map<String, String> origins = shown("context show -o json --inventory-url http://flag:1");

    assertEquals("amqp://ops:***@mq.example/ from context 'prod' (FILE:7)", origins.get("uri"));
    assertEquals("*** from context 'prod' (FILE:6)", origins.get("token"));
    assertEquals(
        "http://env:1 from variable ORDERFLOW_NOTIFICATION_URL", origins.get("notification-url"));
    assertEquals("http://flag:1 from flag", origins.get("inventory-url"));
    assertEquals("default from default", origins.get("queue-type"));
  }

  @Test
  void flagOverridesEnvironmentOverridesContext() {
    run("context add prod --use --notification-url http://context:1");
    run("context add spare --notification-url http://spare:1 --order-url http://spare:2");

    assertEquals(
        "http://env:1 from variable ORDERFLOW_NOTIFICATION_URL",
        shown("context show -o json").get("notification-url"));
    assertEquals(
        "http://flag:1 from flag",
        shown("context show -o json --notification-url http://flag:1").get("notification-url"));
    assertEquals(
        "http://spare:2 from context 'spare' (FILE:9)",
        shown("context show -o json --context spare").get("order-url"));
  }

  @Test
  void commandUsesTheBrokerOfItsContext() {
    run("context add nowhere --use --uri amqp://user:secret@127.0.0.1:1/");

    Cli.Result result = run("dlq-inspect");

    assertEquals(4, result.exit());
    assertTrue(result.err().contains("amqp://127.0.0.1:1/"), result.err());
    assertFalse(result.err().contains("secret"), result.err());
  }

  @Test
  void secretsAreMasked() {
    run("context add prod --use --uri amqp://ops:secret@mq.example/ --token s3cret");

    for (String command :
        new String[] {
          "context list",
          "context show",
          "context show prod",
          "context list -o json",
          "context show prod -o csv",
          "place --help",
        }) {
      Cli.Result result = run(command);
      assertEquals(0, result.exit(), result.err());
      assertFalse((result.out() + result.err()).contains("s3cret"), result.out());
      assertFalse((result.out() + result.err()).contains("secret"), result.out());
    }
  }

  @Test
  void emptyTokenMeansNoToken() throws IOException {
    run("context add prod --use --uri amqp://one/ --token s3cret");

    assertEquals(
        " from flag",
        cli()
            .run("context", "show", "-o", "json", "--token", "")
            .json()
            .valueStream()
            .filter(row -> row.path("option").stringValue("").equals("token"))
            .map(row ->
                row.path("value").stringValue("-") + " from " + row.path("origin").stringValue(""))
            .findFirst()
            .orElse(""));
    Files.writeString(file(), "[context.none]\ntoken = \"\"\n");
    assertEquals(
        " from context 'none' (FILE:2)", shown("context show -o json --context none").get("token"));
  }

  @Test
  void existingContextNeedsReplace() {
    run("context add prod --uri amqp://one/");

    Cli.Result again = run("context add prod --uri amqp://two/");
    assertEquals(2, again.exit());
    assertTrue(again.err().contains("--replace"), again.err());
    assertEquals(0, run("context add prod --uri amqp://two/ --replace").exit());
    assertTrue(run("context show prod").out().contains("amqp://two/"));
  }

  @Test
  void invalidValuesAreRefused() {
    assertEquals(2, run("context add empty").exit());
    assertEquals(2, run("context add odd/name --uri amqp://one/").exit());
    assertEquals(2, run("context add bad --uri http://one/").exit());
    assertEquals(2, run("context add bad --tls-ca " + folder.resolve("nowhere.pem")).exit());
    assertEquals(2, run("context add bad --order-url nonsense").exit());
    assertEquals(2, run("context add bad --order-url http://u:pw@localhost/").exit());
    assertFalse(Files.exists(file()));
  }

  @Test
  void unknownContextIsReportedWithTheKnownOnes() {
    run("context add prod --uri amqp://one/");

    Cli.Result result = run("status --context porD");

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("'porD'"), result.err());
    assertTrue(result.err().contains("existing contexts: prod"), result.err());
  }

  @Test
  void removeAsksFirst() {
    run("context add prod --use --uri amqp://one/");

    assertEquals(2, run("context remove prod").exit(), "not a terminal");
    assertEquals(3, cli().onTerminal().typing("n\n").run("context", "remove", "prod").exit());
    assertEquals(
        "would remove context prod with 1 value",
        run("context remove prod --dry-run").err().strip());
    assertTrue(run("context list").out().contains("prod"));
    assertEquals(0, cli().onTerminal().typing("y\n").run("context", "remove", "prod").exit());
    assertFalse(run("context list").out().contains("prod"));
    assertEquals(
        "amqp://guest:***@localhost:5672/ from default", shown("context show -o json").get("uri"));
  }

  @Test
  void useReportsAnOverridingVariable() {
    run("context add a --uri amqp://one/");
    run("context add b --uri amqp://two/");
    Cli other = cli().with("ORDERFLOW_CONTEXT", "b");

    String note = "but variable ORDERFLOW_CONTEXT selects b";
    assertTrue(other.run("context", "use", "a").err().contains(note));
    assertTrue(other.run("context", "use", "--none").err().contains(note));
    assertTrue(
        other
            .run("context", "add", "a", "--uri", "amqp://one/", "--replace", "--use")
            .err()
            .contains(note));
    assertFalse(other.run("context", "use", "b").err().contains("but "));
    assertFalse(run("context use a").err().contains("but "));
  }

  @Test
  void listMarksTheContextInUseAndItsSource() {
    run("context add a --use --uri amqp://one/");
    run("context add b --uri amqp://two/");
    Cli other = cli().with("ORDERFLOW_CONTEXT", "b");

    Cli.Result plain = run("context list");
    assertTrue(plain.out().matches("(?s).*\\ba +\\* .*"), plain.out());
    assertEquals("", plain.err());
    Cli.Result list = other.run("context", "list");
    assertTrue(list.out().matches("(?s).*\\bb +\\* .*"), list.out());
    assertFalse(list.out().matches("(?s).*\\ba +\\* .*"), list.out());
    assertEquals(
        "variable ORDERFLOW_CONTEXT selects b; the current context is a\n",
        list.err().replace("\r", ""));
    assertTrue(
        other.run("context", "list", "-o", "json").json().get(1).path("current").asBoolean());
    assertTrue(
        run("context list --context c")
            .err()
            .contains("--context selects c, which does not exist"));
  }

  @Test
  void invalidFileIsReportedByLineAndColumn() throws IOException {
    Files.writeString(file(), "current = \"prod\"\n[context.prod\nuri = 1\n");

    Cli.Result result = run("status");

    assertEquals(2, result.exit());
    assertTrue(result.err().startsWith("orderflow: " + file() + ":2:14: "), result.err());
    assertEquals(1, result.err().lines().count());
    assertEquals(2, run("context add other --uri amqp://one/").exit());
    assertTrue(Files.readString(file()).contains("[context.prod\n"), "the invalid file is kept");
    assertEquals(0, run("status --help").exit());
  }

  @Test
  void fileReadableByOthersGivesAWarning() throws IOException {
    run("context add prod --uri amqp://one/");
    Files.setPosixFilePermissions(
        file(), java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));

    assertTrue(run("context list").err().contains("others can read"));
    assertFalse(run("topology show --context prod").err().contains("others can read"));
    run("context add prod --replace --uri amqp://u:pw@one/");
    Files.setPosixFilePermissions(
        file(), java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
    assertTrue(run("topology show --context prod").err().contains("others can read"));
  }

  /** Command lines appear in {@code ps} and histories. */
  @Test
  void secretsAreReadFromStandardInput() throws IOException {
    Cli.Result result =
        cli()
            .typing("p@ss w/rd\nt0ken\n")
            .run(
                "context",
                "add",
                "prod",
                "--uri",
                "amqp://ops@mq.example/",
                "--ask-password",
                "--ask-token");

    assertEquals(0, result.exit(), result.err());
    assertFalse((result.out() + result.err()).contains("t0ken"));
    String kept = Files.readString(file());
    assertTrue(kept.contains("\"amqp://ops:p%40ss%20w%2Frd@mq.example/\""), kept);
    assertTrue(kept.contains("\"t0ken\""), kept);
    assertEquals(2, cli().typing("\n").run("context", "add", "x", "--ask-token").exit());
    assertEquals(
        2, cli().typing("pw\n").run("context", "add", "x", "--ask-password").exit(), "no user");
  }

  /** Shells may run it at login. */
  @Test
  void commandsWithoutAContextIgnoreAnInvalidFile() throws IOException {
    Files.writeString(file(), "current = [");

    assertEquals(0, run("completion bash").exit());
    assertEquals(2, run("topology show").exit());
  }

  @Test
  void invalidValueIsReportedWithItsOption() throws IOException {
    Files.writeString(file(), "[context.a]\noutput = \"xml\"\n");

    Cli.Result result = run("topology show --context a");

    assertEquals(2, result.exit());
    assertTrue(
        result.err().contains("--output in context 'a' (" + file() + ":2:1): 'xml' is not one of"),
        result.err());
  }

  /** The rest of the command line may hold secrets. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "insecure = \"maybe\"|'maybe' is not one of true, yes,",
        "tls-ca = \"a\\u0000b\"|'a\\u0000b' is not a valid path",
        "uri = \"ftp://h/\"|the broker's address must look like",
        "tls-cert = \"\"|'' is not a valid path",
      })
  void invalidContextValueIsReportedByPositionWithoutSecrets(String line, String why)
      throws IOException {
    Files.writeString(file(), "current = \"a\"\n[context.a]\n  " + line + "\n");

    Cli.Result result =
        line.startsWith("uri")
            ? run("dlq-inspect --token T0pS3cret")
            : run("dlq-inspect --token T0pS3cret --uri amqp://u:PwS3cret@127.0.0.1:1/");

    assertEquals(2, result.exit());
    assertTrue(result.err().contains(" in context 'a' (" + file() + ":3:3): " + why));
    assertEquals(1, result.err().lines().count(), result.err());
    assertFalse(result.err().contains("S3cret"), result.err());
  }

  @Test
  void missingCurrentContextIsReportedByLine() throws IOException {
    Files.writeString(file(), "current = \"zz\"\n[context.a]\nuri = \"amqp://h/\"\n");

    Cli.Result result = run("place");

    assertEquals(2, result.exit());
    assertEquals(
        "orderflow: " + file() + ":1:1: context 'zz' not found; existing contexts: a",
        result.err().strip());
  }

  /** Commands to find an error must not fail because of it. */
  @Test
  void contextCommandsWorkWithInvalidVariablesAndContexts() throws IOException {
    Files.writeString(
        file(),
        """
        current = "a"
        [context.a]
        insecure = "maybe"
        tls-ca = "a\\u0000b"
        uri = "amqp://u:p ssw0rd@h/"
        """);
    for (String context : new String[] {"", "a", "gone"}) {
      for (String command :
          new String[] {
            "--help",
            "--version",
            "help place",
            "place --help",
            "place --version",
            "serve-order --help",
            "completion bash",
            "context list",
            "context show",
            "context show a",
          }) {
        Cli.Result result = awkward(context).run(command.split(" ", -1));
        assertEquals(0, result.exit(), command + ": " + result.err());
        assertFalse((result.out() + result.err()).contains("ssw0rd"), result.out());
        assertEquals(2, awkward(context).run("place", "--token", "x").exit());
      }
      assertEquals(2, awkward(context).run("context", "show", "--insecure=maybe").exit());
      assertEquals(2, awkward(context).run("context", "list", "-o", "xml").exit());
      assertEquals(2, awkward(context).run("context", "show", "--context", "gone").exit());
    }
  }

  private Cli awkward(String context) {
    return cli()
        .with("ORDERFLOW_CONTEXT", context)
        .with("ORDERFLOW_OUTPUT", "xml")
        .with("ORDERFLOW_QUIET", "maybe")
        .with("ORDERFLOW_NO_COLOR", "maybe")
        .with("ORDERFLOW_TOKEN", "ssw0rd \n");
  }

  @Test
  void showMarksAnInvalidValue() throws IOException {
    Files.writeString(file(), "[context.a]\ninsecure = \"maybe\"\n");
    Cli cli = cli().with("ORDERFLOW_OUTPUT", "xml").with("ORDERFLOW_CONTEXT", "a");

    String table = cli.run("context", "show").out();
    assertTrue(table.contains("variable ORDERFLOW_OUTPUT, invalid: 'xml'"), table);
    Map<String, String> shown = shown("context show --context a -o json");
    assertEquals(
        "maybe from context 'a' (FILE:2), invalid: 'maybe' is not one of"
            + " true, yes, on, 1, false, no, off, 0",
        shown.get("insecure"));
    assertEquals(
        "maybe from FILE:2, invalid: 'maybe' is not one of"
            + " true, yes, on, 1, false, no, off, 0",
        shown("context show a -o json").get("insecure"));
  }

  @Test
  void showReportsAMissingContext() {
    run("context add a --uri amqp://one/");

    Cli.Result result = cli().with("ORDERFLOW_CONTEXT", "gone").run("context", "show");

    assertEquals(0, result.exit());
    assertEquals(
        "orderflow: variable ORDERFLOW_CONTEXT: context 'gone' not found; existing contexts: a",
        result.err().strip());
  }

  @Test
  void userWithoutPasswordIsShown() throws IOException {
    run("context add a --uri amqp://ops@h/");
    Files.setPosixFilePermissions(
        file(), java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));

    assertTrue(run("context list").out().contains("amqp://ops@h/"));
    assertFalse(run("topology show --context a").err().contains("others can read"));
  }

  /** As the XDG base directory specification requires. */
  @Test
  void relativeXdgFolderIsIgnored() {
    Cli.Result result =
        new Cli()
            .with("XDG_CONFIG_HOME", "config")
            .with("HOME", folder.resolve("home").toString())
            .run("context", "add", "a", "--uri", "amqp://h/");
    assertEquals(0, result.exit(), result.err());
    assertTrue(Files.exists(folder.resolve("home/.config/orderflow/config.toml")));
    assertFalse(Files.exists(Path.of("config/orderflow")));
  }

  @Test
  void invalidFileNameIsReportedInOneLine() {
    for (String variable : new String[] {"ORDERFLOW_CONFIG", "XDG_CONFIG_HOME", "HOME"}) {
      Cli cli = new Cli().with(variable, "/a\0b");

      assertEquals(0, cli.run("--version").exit());
      assertEquals(0, cli.run("place", "--help").exit());
      for (String command : new String[] {"place", "context list"}) {
        Cli.Result result = cli.run(command.split(" ", -1));
        assertEquals(2, result.exit());
        assertEquals(
            "orderflow: variable " + variable + ": '/a\\u0000b' is not a valid path",
            result.err().strip());
      }
    }
  }

  @Test
  void emptyContextNameIsReportedWithItsSource() {
    Cli.Result result = cli().run("topology", "show", "--context", "");

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("--context: context '' not found"), result.err());
  }

  private Map<String, String> shown(String command) {
    Map<String, String> shown = new HashMap<>();
    run(command)
        .json()
        .forEach(row ->
            shown.put(
                row.path("option").stringValue(""),
                row.path("value").stringValue("-")
                    + " from "
                    + row.path("origin").stringValue("").replace(file().toString(), "FILE")));
    return shown;
  }

  private Cli.Result run(String command) {
    return cli().run(command.split(" ", -1));
  }

  private Cli cli() {
    return new Cli()
        .with("ORDERFLOW_CONFIG", file().toString())
        .with("ORDERFLOW_NOTIFICATION_URL", "http://env:1");
  }

  private Path file() {
    return folder.resolve("config.toml");
  }
}
