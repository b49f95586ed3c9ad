package orderflow.cli.command;

import static orderflow.cli.command.CommandErrorsTest.UNUSED_ADDRESS;
import static orderflow.cli.command.CommandErrorsTest.assertFailed;
import static orderflow.cli.command.CommandErrorsTest.run;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** Errors at the start of services and brokers: ports, folders and TLS. */
@Timeout(30)
class StartErrorsTest {
  @TempDir Path folder;

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

  /** The embedded broker, which has no TLS, must not be started instead. */
  @Test
  void upWithTlsAndNoBroker() {
    assertFailed(4, run("up --uri amqps://" + UNUSED_ADDRESS + data()), "no TLS", "amqp://");
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

      // the start reaches its own ports
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
  void invalidServiceOptions(String command, String named) {
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

  /** Settings of a service in the test's folder, without a broker. */
  private ServiceSettings settings() {
    return new ServiceSettings(
        new RabbitBroker(
            BrokerSettings.of(java.net.URI.create("amqp://" + UNUSED_ADDRESS + "/"), "test")),
        folder,
        HttpSettings.of("127.0.0.1", 0),
        Cli.plainContext().clock(),
        Cli.plainContext().random());
  }

  /** A second flow finds the first one's broker, but not a free folder. */
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
}
