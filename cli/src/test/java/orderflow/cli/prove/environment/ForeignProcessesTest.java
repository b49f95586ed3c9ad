package orderflow.cli.prove.environment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import orderflow.cli.client.HealthClient.Readiness;
import orderflow.cli.client.ServiceName;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.cli.io.CliException;
import orderflow.cli.prove.foreign.FlowFile;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.rabbit.ProcessGuard;
import orderflow.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Shell scripts in the place of services. */
@Timeout(60)
class ForeignProcessesTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @TempDir private Path folder = Path.of("");
  private EmbeddedBroker server;
  private RabbitBroker broker;
  private ProcessGuard guard;

  @BeforeEach
  void open() throws Exception {
    server = EmbeddedBroker.inMemory(0);
    broker = new RabbitBroker(BrokerSettings.of(URI.create(server.uri()), "test"));
    guard = ProcessGuard.over(folder);
  }

  @AfterEach
  void close() {
    guard.keepFolder(); // JUnit deletes it
    guard.close();
    server.close();
  }

  private FlowProcesses processes(String inventory) throws Exception {
    String idle =
        "command = [\"sh\", \"-c\", \"echo up; exec sleep 600\"]\nready = { log = 'up' }\n";
    Path file = folder.resolve("flow.toml");
    Files.writeString(
        file,
        "[order]\nurl = \"http://127.0.0.1:{port}\"\n%s[notification]\n%s[inventory]\n%s"
            .formatted(idle, idle, inventory));
    Path home = Files.createDirectories(folder.resolve("run"));
    for (ServiceName name : ServiceName.values()) {
      Files.writeString(home.resolve(name + ".log"), "from an earlier start\n");
    }
    return new FlowProcesses(
        FlowFile.read(file, true), home, guard, broker, URI.create(server.uri()), List.of());
  }

  private static Readiness readiness(FlowProcesses processes) throws InterruptedException {
    try (ServiceProbe probe = processes.probe(ServiceName.INVENTORY)) {
      return probe.readiness(LIMIT);
    }
  }

  @Test
  void startsWithItsVariablesAndIsReadyOnceItsLogSaysSo() throws Exception {
    try (var processes =
        processes(
            """
            command = ["sh", "-c", "sleep 0.2; echo up $BROKER $ORDERFLOW_TOKEN; pwd; ls {data}; sleep 600"]
            environment = { BROKER = "{amqp_host}:{amqp_port}" }
            ready = { log = "^up" }
            """)) {
      assertFalse(readiness(processes).reachable());
      processes.process(ServiceName.INVENTORY).start();
      assertFalse(readiness(processes).ready(), "the earlier line is not of this start");
      Await.until("ready", LIMIT, () -> readiness(processes).ready());
      Await.until(
          "its output",
          LIMIT,
          () ->
              Files.readString(folder.resolve("run/inventory.log"))
                  .contains(
                      "up 127.0.0.1:%d\n%s\n".formatted(server.port(), folder.toAbsolutePath())));
    }
  }

  @Test
  void killAlsoEndsWhatTheCommandHasStarted() throws Exception {
    try (var processes =
        processes(
            "command = [\"sh\", \"-c\", \"echo up; sleep 600; true\"]\nready = { log = 'up' }\n")) {
      ChildProcess process = processes.process(ServiceName.INVENTORY);
      process.start();
      Await.until("started", LIMIT, () -> sleeps() == 1);

      process.pause();
      Await.until("suspended", LIMIT, () -> !readiness(processes).reachable());
      process.resume();
      Await.until("resumed", LIMIT, () -> readiness(processes).reachable());

      process.kill();
      assertFalse(process.isRunning());
      Await.until("ended", LIMIT, () -> sleeps() == 0);
    }
  }

  private static long sleeps() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().orElse("").endsWith("sleep"))
        .count();
  }

  /** Not INT, which a background job of a shell ignores, with all its children. */
  @Test
  void stopSendsTheSignalOfTheFile() throws Exception {
    try (var processes =
        processes(
            """
            command = ["sh", "-c", "trap 'echo stopped by USR1; exit' USR1; echo up; while true; do sleep 0.1; done"]
            ready = { log = "up" }
            stop_signal = "USR1"
            """)) {
      ChildProcess process = processes.process(ServiceName.INVENTORY);
      process.start();
      Await.until("ready", LIMIT, () -> readiness(processes).ready());

      process.stop();
      assertTrue(
          Files.readString(folder.resolve("run/inventory.log")).endsWith("stopped by USR1\n"));
    }
  }

  @Test
  void consumerOnTheQueueMakesItReady() throws Exception {
    try (var processes = processes("command = [\"sleep\", \"600\"]\n")) {
      broker.declareTopology();
      processes.process(ServiceName.INVENTORY).start();
      assertEquals("order_placed has no consumer", readiness(processes).problem());
      try (var _ = broker.subscribe("order_placed", 1)) {
        assertTrue(readiness(processes).ready());
      }
    }
  }

  @Test
  void processThatEndsIsReportedWithItsLastLine() throws Exception {
    try (var processes = processes("command = [\"sh\", \"-c\", \"echo no config; exit 3\"]\n")) {
      CliException failure = assertThrows(CliException.class, processes::start);
      assertEquals(
          "the inventory service ended with 3; its log ends with: no config", failure.problem());
      assertEquals(Optional.of(failure.problem()), processes.ended());
    }
  }

  @Test
  void commandThatDoesNotExistIsReported() throws Exception {
    try (var processes = processes("command = [\"no-such-program\"]\n")) {
      CliException failure = assertThrows(CliException.class, processes::start);
      assertTrue(
          failure.problem().startsWith("inventory service cannot be started: "), failure.problem());
    }
  }
}
