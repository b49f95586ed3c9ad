package orderflow.cli.prove.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orderflow.cli.client.ServiceAccess;
import orderflow.cli.client.ServiceName;
import orderflow.cli.client.Services;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.prove.foreign.ForeignService.Placeholder;
import orderflow.cli.prove.foreign.ForeignService.Ready;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowFileTest {
  @TempDir private Path folder = Path.of("");

  private ForeignFlow read(String text) throws IOException {
    return FlowFile.read(Files.writeString(folder.resolve("flow.toml"), text), true);
  }

  @Test
  void readsEveryKey() throws Exception {
    Files.createDirectory(folder.resolve("app"));
    ForeignFlow flow =
        read(
            """
            [order]
            command = ["python3", "app.py"]
            folder = "app"
            url = "http://127.0.0.1:{port}"
            environment = { AMQP = "{amqp}", PLAIN = "${amqp}" }
            ready = { log = "listening on \\\\d{2,5}" }
            stop_signal = "SIGINT"
            compose_service = "web"

            [inventory]
            command = ["inventory"]
            log_lines = 'done (\\S+)'

            [broker]
            compose_service = "mq"
            """);

    ForeignService order = flow.service(ServiceName.ORDER).orElseThrow();
    assertEquals(List.of("python3", "app.py"), order.command());
    assertEquals(folder.resolve("app").toAbsolutePath(), order.folder());
    assertEquals("INT", order.stopSignal());
    assertEquals(Optional.of("web"), order.composeService());
    assertEquals("listening on \\d{2,5}", ((Ready.LogLine) order.ready()).pattern().pattern());
    ForeignService inventory = flow.service(ServiceName.INVENTORY).orElseThrow();
    assertEquals(new Ready.Consumers("order_placed"), inventory.ready());
    assertTrue(inventory.logLine().orElseThrow().matcher("done a-1").matches());
    assertFalse(inventory.lists());
    assertEquals(Optional.empty(), flow.service(ServiceName.NOTIFICATION));
    assertEquals("mq", flow.brokerComposeService());
    assertEquals("web", flow.composeService(ServiceName.ORDER));
    assertEquals("inventory_service", flow.composeService(ServiceName.INVENTORY));

    ForeignService filled = order.with(Map.of(Placeholder.AMQP, "amqp://h", Placeholder.PORT, "7"));
    assertEquals(Map.of("AMQP", "amqp://h", "PLAIN", "${amqp}"), filled.environment());
    assertEquals(Optional.of("http://127.0.0.1:7"), filled.url());
  }

  @Test
  void orderServiceIsReadyWhenItsHealthSaysSo() throws Exception {
    ForeignFlow flow = read("[order]\ncommand = [\"a\"]\nurl = \"http://h:1\"\n");
    assertEquals(new Ready.Http("/health"), flow.service(ServiceName.ORDER).orElseThrow().ready());
  }

  /** The text of a file, with | for the end of a line, and what the error says. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[order; :1:",
        "x = 1; :1:1: 'x' is not a table; use [order], [inventory], [notification], [broker]",
        "[stock]; :1:1: unknown table [stock]; use [order], [inventory],",
        "[broker]|compose_service = \"mq\"; : it has no service; use [order],",
        "[inventory]; : [inventory] command: missing",
        "[inventory]|command = \"a b\"; :2:1: [inventory] command: must be a list of texts",
        "[inventory]|command = [\"a\", 1]; :2:1: [inventory] command: must be a list of texts",
        "[inventory]|comand = [\"a\"]; :2:1: [inventory] comand: unknown key; use command,",
        "[inventory]|command = [\"{prot}\"]; [inventory] command: unknown {prot}; use {amqp},",
        "[order]|command = [\"a\"]; : [order] url: missing",
        "[inventory]|command = [\"a\"]|lists = true; : [inventory] url: missing",
        "[inventory]|command = [\"a\"]|folder = \"none\"; :3:1: [inventory] folder:",
        "[inventory]|command = [\"a\"]|environment = 1; [inventory] environment: must be a table",
        "[inventory]|command = [\"a\"]|environment = {A = 1}; [inventory.environment] A: must be",
        "[inventory]|command = [\"a\"]|ready = {}; :3:1: [inventory] ready: needs one of",
        "[inventory]|command = [\"a\"]|ready = {tcp = \"1\"}; [inventory.ready] tcp: unknown key",
        "[inventory]|command = [\"a\"]|ready = {http = \"/\"}; ready: http needs the key url",
        "[inventory]|command = [\"a\"]|ready = {log = \"(\"}; [inventory.ready] log: not a regular",
        "[inventory]|command = [\"a\"]|stop_signal = \"-9 1\"; stop_signal: not a signal",
        "[inventory]|command = [\"a\"]|log_lines = 'x'; log_lines: needs a group for the order id",
        "[inventory]|command = [\"a\"]|log_lines = 3; log_lines: must be a text in quotes",
        "[order]|command = [\"a\"]|url = \"u\"; :3:1: [order] url: not an address",
        "[order]|command = [\"a\"]|url = \"http://h\"|log_lines = true; [order] log_lines: the"
            + " contract",
      })
  void mistakeIsReportedWithFileTableAndKey(String text, String message) {
    CliException failure = assertThrows(CliException.class, () -> read(text.replace('|', '\n')));

    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertTrue(failure.problem().startsWith(folder.resolve("flow.toml") + ":"), failure.problem());
    assertTrue(failure.problem().contains(message), failure.problem());
  }

  @Test
  void composeNeedsNoCommandAndReadsNoLog() throws Exception {
    Path file = folder.resolve("flow.toml");
    Files.writeString(file, "[order]\ncompose_service = \"web\"\n");
    assertEquals("web", FlowFile.read(file, false).composeService(ServiceName.ORDER));
    Files.writeString(file, "[order]\nurl = \"http://web:80\"\n");
    var given =
        new Services(Map.of(ServiceName.ORDER, URI.create("http://localhost")), ServiceAccess.OPEN);
    assertEquals(
        URI.create("http://web:80"),
        FlowFile.read(file, false).addresses(given).url(ServiceName.ORDER));

    Files.writeString(file, "[inventory]\nlog_lines = true\n");
    CliException failure = assertThrows(CliException.class, () -> FlowFile.read(file, false));
    assertTrue(
        failure
            .problem()
            .endsWith("[inventory] log_lines: the log is only read with --control exec"),
        failure.problem());
  }

  @Test
  void missingFileIsReported() {
    CliException failure =
        assertThrows(CliException.class, () -> FlowFile.read(folder.resolve("none.toml"), true));
    assertTrue(failure.problem().endsWith("none.toml cannot be read: no such file or folder"));
  }
}
