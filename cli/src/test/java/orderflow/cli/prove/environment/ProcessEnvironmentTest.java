package orderflow.cli.prove.environment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import orderflow.cli.client.HealthClient;
import orderflow.cli.client.ServiceAccess;
import orderflow.cli.client.ServiceName;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.cli.io.CliException;
import orderflow.cli.prove.environment.ProcessEnvironment.DiskChoice;
import orderflow.cli.prove.foreign.ForeignFlow;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.rabbit.ProcessGuard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessEnvironmentTest {
  @TempDir private Path folder = Path.of("");

  private static String commandLine(ProcessHandle process) {
    try {
      var ps = new ProcessBuilder("ps", "-ww", "-o", "args=", "-p", Long.toString(process.pid()));
      return new String(ps.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All users of a machine can read the command lines of its processes. */
  @Test
  void brokerPasswordIsOnNoCommandLine() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory(0)) {
      URI uri = URI.create("amqp://guest:guest@127.0.0.1:" + broker.port() + "/");
      var itself = new RabbitBroker(BrokerSettings.of(uri, "test"));

      try (var _ =
          ProcessEnvironment.start(
              new BrokerChoice.External(uri, itself, List.of()),
              ForeignFlow.NONE,
              folder,
              DiskChoice.SYSTEM)) {
        List<String> services =
            ProcessHandle.current()
                .descendants()
                .map(ProcessEnvironmentTest::commandLine)
                .filter(line -> line.contains("serve-"))
                .toList();

        assertEquals(3, services.size(), services.toString());
        services.forEach(line -> assertFalse(line.contains("guest"), line));
      }
    }
  }

  /** Any other exception would end the whole run. */
  @Test
  void databaseThatCannotBeLockedEndsOneScenario() throws Exception {
    Path missing = folder.resolve("missing.db");
    try (ProcessGuard guard = ProcessGuard.over(folder);
        var loop = new CrashLoop(missing);
        var health =
            new HealthClient(
                ServiceName.INVENTORY, URI.create("http://127.0.0.1:1"), ServiceAccess.OPEN)) {
      guard.keepFolder(); // JUnit deletes it
      var service =
          new ChildProcess(
              "inventory service", List.of("true"), Map.of(), folder.resolve("log"), guard);

      CliException failure = assertThrows(CliException.class, () -> loop.run(service, health, 1));
      assertTrue(failure.problem().contains(missing.toString()), failure.problem());
    }
  }
}
