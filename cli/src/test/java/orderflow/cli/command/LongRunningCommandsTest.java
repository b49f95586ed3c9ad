package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import orderflow.cli.Cli;
import orderflow.cli.embedded.EmbeddedBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Output of long-running processes at start and stop. */
@Timeout(90)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals")
class LongRunningCommandsTest {
  @TempDir Path folder;

  @Test
  void serviceReportsLateReadinessAndStop() throws Exception {
    int port;
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory(0)) {
      port = broker.port();
    }
    try (ProgramProcess service =
        start("serve-order", "--port", "0", "--uri", "amqp://guest:guest@127.0.0.1:" + port)) {
      service.awaitOut("order service listens on ").awaitOut(", not ready yet: ");
      try (EmbeddedBroker _ = EmbeddedBroker.inMemory(port)) {
        service.awaitOut("order service ready on http://127.0.0.1:");
        service.signal("INT").awaitErr("stopping…").assertEnds(130);
      }
      assertEquals(2, service.out().lines().count(), service.out());
    }
  }

  @Test
  void secondUpNamesTheRunningServices() throws Exception {
    try (ProgramProcess up = start(up("0", "0", "0"))) {
      up.awaitOut("try: ");
      String url = found(up, "order service ready on (\\S+)");
      String broker = found(up, "broker ready on (\\S+)");
      String port = url.substring(url.lastIndexOf(':') + 1);

      for (String[] second :
          List.of(up(port, "0", "0"), up("0", found(up, "inventory.*:(\\d+)"), "0"))) {
        Cli.Result result =
            new Cli().always("--uri", broker, "--data-dir", folder.toString()).run(second);

        assertEquals(2, result.exit());
        assertTrue(
            result.err().startsWith("orderflow: orderflow is already running: "), result.err());
        assertEquals(1, result.err().lines().count(), result.err());
      }
      Cli.Result service = run("serve-order", "--port", port);
      assertEquals(2, service.exit());
      assertTrue(
          service.err().contains("orderflow is already running: order service at " + url + ";"),
          service.err());
      Cli.Result secondBroker =
          run("serve-broker", "--port", broker.substring(broker.lastIndexOf(':') + 1));
      assertEquals(2, secondBroker.exit());
      assertTrue(
          secondBroker.err().contains("a broker is already running at " + broker),
          secondBroker.err());
      up.signal("INT").awaitErr("stopping…").assertEnds(130);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve-broker --port 0", "serve-order --port 0", "up", "demo"})
  void commandInterruptedAtItsStartSaysInterrupted(String command) throws Exception {
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    if (!command.equals("demo")) {
      words.addAll(List.of("--data-dir", folder.toString()));
    }
    try (ProgramProcess program =
        ProgramProcess.start(ShuttingDownProgram.class, folder, words.toArray(String[]::new))) {
      program.assertEnds(130);

      assertEquals("orderflow: interrupted\n", program.err());
    }
  }

  @Test
  void messageFilesThatCannotBeReadAreReportedInOneLine() throws Exception {
    Path messages = Files.createDirectories(folder.resolve("broker/messages"));
    Files.writeString(messages.resolve("00000000.jdb"), "not a database".repeat(1_000));
    try (ProgramProcess broker = start("serve-broker", "--port", "0")) {
      broker.assertEnds(2);

      assertEquals(1, broker.err().lines().count(), broker.err());
      assertTrue(broker.err().contains(folder.resolve("broker") + ": "), broker.err());
      assertTrue(broker.err().contains("Invalid log entry"), broker.err());
      assertTrue(broker.err().contains("move that folder away"), broker.err());
    }
    try (ProgramProcess broker = start("serve-broker", "--port", "0", "-v")) {
      broker.assertEnds(2);

      assertTrue(broker.err().contains("EnvironmentFailureException"), broker.err());
    }
  }

  /** Qpid logs a lot about clients that it disconnects. */
  @Test
  void brokerStoppedUnderLoadPrintsOneLine() throws Exception {
    try (ProgramProcess broker = start("serve-broker", "--port", "0")) {
      broker.awaitOut("broker ready on ");
      String uri = found(broker, "ready on (\\S+)").replace("amqp://", "amqp://guest:guest@");
      List<ProgramProcess> floods = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        floods.add(
            ProgramProcess.start(
                folder,
                "flood",
                "--via",
                "amqp",
                "--rate",
                "2000",
                "--seconds",
                "60",
                "--uri",
                uri));
      }
      for (ProgramProcess flood : floods) {
        flood.awaitErr("accepted ");
      }
      broker.signal("INT").assertEnds(130);

      assertEquals("stopping…\n", broker.err());
      floods.forEach(ProgramProcess::close);
    }
  }

  /** A terminal's late answer to a query would appear at the user's prompt. */
  @Test
  void failedVerifySendsNoTerminalQuery() throws Exception {
    List<String> java =
        ProgramProcess.java(
            "-Dorderflow.tty.in=true", "-Dorderflow.tty.out=true", "-Dorderflow.tty.err=true");
    String command =
        "'" + String.join("' '", java) + "' verify happy-path --broker amqp://127.0.0.1:1/";
    var builder = new ProcessBuilder("script", "-qec", command, "/dev/null");
    builder.environment().put("TERM", "xterm-256color");
    builder.environment().put("SHELL", "/bin/sh");
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String seen = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(4, process.exitValue(), seen);
    assertTrue(seen.contains("no broker answers at"), seen);
    assertFalse(seen.contains("\tat "), seen);
    assertFalse(Pattern.compile("\u001b\\[[?>]?[0-9;]*(c|n|\\$p|u)").matcher(seen).find(), seen);
  }

  private static String[] up(String order, String inventory, String notify) {
    return new String[] {
      "up", "--order-port", order, "--inventory-port", inventory, "--notify-port", notify
    };
  }

  private ProgramProcess start(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--data-dir", folder.toString()));
    if (words[0].equals("up")) {
      try (EmbeddedBroker broker = EmbeddedBroker.inMemory(0)) {
        all.addAll(List.of("--uri", broker.uri()));
      }
    }
    return ProgramProcess.start(folder, all.toArray(String[]::new));
  }

  private Cli.Result run(String... words) {
    return new Cli().always("--data-dir", folder.toString()).run(words);
  }

  private static String found(ProgramProcess process, String pattern) throws Exception {
    return Pattern.compile(pattern)
        .matcher(process.out())
        .results()
        .map(match -> match.group(1))
        .findFirst()
        .orElseThrow(() -> new AssertionError(pattern + " is not in the results"));
  }
}
