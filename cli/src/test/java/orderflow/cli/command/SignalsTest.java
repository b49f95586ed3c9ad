package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import orderflow.cli.Cli;
import orderflow.cli.Schemas;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EmbeddedEnvironment;
import orderflow.cli.prove.environment.EnvironmentFault;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Processes ended by a signal print their results and exit with the right code. */
@Timeout(60)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals")
class SignalsTest {
  private static EmbeddedEnvironment environment;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws InterruptedException {
    environment = EmbeddedEnvironment.start(Cli.plainContext());
  }

  @AfterAll
  static void stop() {
    environment.close();
  }

  @ParameterizedTest
  @CsvSource({"INT,130", "TERM,143"})
  void interruptedFloodPrintsItsSummary(String signal, int exit) throws Exception {
    try (ProgramProcess flood = flood()) {
      flood.awaitErr("accepted ").signal(signal).assertEnds(exit);

      String out = flood.out();
      assertTrue(out.contains("orders   sent "), out);
      assertTrue(out.contains("latency  p50 "), out);
      assertTrue(out.contains("backlog  order_placed peak "), out);
    }
  }

  @Test
  void terminatedFloodPrintsJson() throws Exception {
    try (ProgramProcess flood = flood("-o", "json")) {
      flood.awaitErr("accepted ").signal("TERM").assertEnds(143);

      Schemas.checkDocument("flood", flood.out());
      JsonNode json = JsonMapper.shared().readTree(flood.out());
      assertTrue(json.path("accepted").longValue() > 0, json.toString());
      assertEquals(json.path("sent"), json.path("accepted"));
    }
  }

  @Test
  void interruptedTraceFollowPrintsItsResult() throws Exception {
    EnvironmentFault away = new EnvironmentFault.Stopped(ServiceName.INVENTORY);
    environment.inject(away);
    try {
      String order = "unfinished";
      assertEquals(
          0,
          new Cli()
              .run(
                  "place",
                  "--order-id",
                  order,
                  "--order-url",
                  environment.orders().base().toString())
              .exit());
      try (ProgramProcess trace = program("trace", order, "--follow")) {
        trace.awaitOut("accepted").signal("INT").assertEnds(130);

        assertTrue(trace.out().contains("\nunfinished: accepted"), trace.out());
      }
    } finally {
      environment.heal(away);
    }
  }

  @Test
  void interruptedVerifyWritesItsFiles() throws Exception {
    Path junit = folder.resolve("verify.xml");
    Path page = folder.resolve("verify.html");
    try (ProgramProcess verify =
        program(
            "verify",
            "happy-path",
            "backlog",
            "-o",
            "json",
            "--junit",
            junit.toString(),
            "--report",
            page.toString())) {
      verify.awaitErr("orders keep coming").signal("INT").assertEnds(130);

      Schemas.checkDocument("verify", verify.out());
      JsonNode json = JsonMapper.shared().readTree(verify.out());
      assertEquals("inconclusive", json.path("verdict").stringValue());
      assertEquals("interrupted", json.path("scenarios").path(0).path("summary").stringValue());
      assertTrue(json.path("scenarios").path(0).path("lost").isNull(), json.toString());
      String xml = Files.readString(junit);
      assertTrue(xml.contains("tests=\"2\" failures=\"0\" errors=\"2\""), xml);
      assertTrue(xml.contains("<error message=\"inconclusive: not played: interrupted\""), xml);
      assertTrue(Files.readString(page).contains("INCONCLUSIVE"));
    }
  }

  private ProgramProcess flood(String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of("flood", "--seconds", "10m", "--rate", "50"));
    words.addAll(List.of(more));
    return program(words.toArray(String[]::new));
  }

  private ProgramProcess program(String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(
        List.of(
            "--uri",
            "amqp://guest:guest@"
                + java.net.URI.create(environment.broker().address()).getAuthority(),
            "--order-url",
            environment.orders().base().toString()));
    return ProgramProcess.start(folder, all.toArray(String[]::new));
  }
}
