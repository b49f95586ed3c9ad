package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import orderflow.cli.Cli;
import orderflow.cli.Schemas;
import orderflow.cli.client.ServiceName;
import orderflow.cli.embedded.EmbeddedStage;
import orderflow.cli.scenario.Fault;
import orderflow.testing.Await;
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

/** Real processes that a signal ends: what they did is not lost, and the exit code says why. */
@Timeout(60)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals")
class SignalsTest {
  private static final int LIMIT_SECONDS = 40;
  private static final Duration LIMIT = Duration.ofSeconds(LIMIT_SECONDS);

  private static EmbeddedStage stage;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws InterruptedException {
    stage = EmbeddedStage.start(Cli.plainSurroundings());
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  @ParameterizedTest
  @CsvSource({"INT,130", "TERM,143"})
  void aFloodPrintsItsSummarySoFar(String signal, int exit) throws Exception {
    Process flood = flood();
    awaitInErr("accepted ");
    signal(flood, signal);

    assertEnds(exit, flood);
    String out = Files.readString(out());
    assertTrue(out.contains("orders   sent "), out);
    assertTrue(out.contains("latency  p50 "), out);
    assertTrue(out.contains("backlog  order_placed peak "), out);
  }

  @Test
  void aFloodThatIsTerminatedPrintsItsFiguresAsJson() throws Exception {
    Process flood = flood("-o", "json");
    awaitInErr("accepted ");
    signal(flood, "TERM");

    assertEnds(143, flood);
    Schemas.checkDocument("flood", Files.readString(out()));
    JsonNode json = JsonMapper.shared().readTree(Files.readString(out()));
    assertTrue(json.path("accepted").longValue() > 0, json.toString());
    assertEquals(json.path("sent"), json.path("accepted"));
  }

  @Test
  void aTraceThatIsFollowedNoLongerSaysHowFarItGot() throws Exception {
    Fault away = new Fault.Stopped(ServiceName.INVENTORY);
    stage.inject(away);
    try {
      String order = "unfinished";
      assertEquals(
          0,
          new Cli()
              .run("place", "--order-id", order, "--order-url", stage.orders().base().toString())
              .exit());
      Process trace = program("trace", order, "--follow");
      Await.until("a first look", LIMIT, () -> Files.readString(out()).contains("accepted"));
      signal(trace, "INT");

      assertEnds(130, trace);
      assertTrue(
          Files.readString(out()).contains("\nunfinished: accepted"), Files.readString(out()));
    } finally {
      stage.heal(away);
    }
  }

  @Test
  void aVerifyThatIsInterruptedWritesItsFiles() throws Exception {
    Path junit = folder.resolve("verify.xml");
    Path page = folder.resolve("verify.html");
    Process verify =
        program(
            "verify",
            "happy-path",
            "backlog",
            "-o",
            "json",
            "--junit",
            junit.toString(),
            "--report",
            page.toString());
    awaitInErr("orders keep coming");
    signal(verify, "INT");

    assertEnds(130, verify);
    Schemas.checkDocument("verify", Files.readString(out()));
    JsonNode json = JsonMapper.shared().readTree(Files.readString(out()));
    assertEquals("inconclusive", json.path("verdict").stringValue());
    assertEquals("interrupted", json.path("scenarios").path(0).path("summary").stringValue());
    assertTrue(json.path("scenarios").path(0).path("lost").isNull(), json.toString());
    String xml = Files.readString(junit);
    assertTrue(xml.contains("tests=\"2\" failures=\"0\" errors=\"2\""), xml);
    assertTrue(xml.contains("<error message=\"inconclusive: not played: interrupted\""), xml);
    assertTrue(Files.readString(page).contains("INCONCLUSIVE"));
  }

  private Process flood(String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of("flood", "--seconds", "10m", "--rate", "50"));
    words.addAll(List.of(more));
    return program(words.toArray(String[]::new));
  }

  private Process program(String... words) throws IOException {
    List<String> command = new ArrayList<>(takingSignals());
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "orderflow.cli.Orderflow"));
    command.addAll(List.of(words));
    command.addAll(
        List.of(
            "--uri",
            "amqp://guest:guest@" + java.net.URI.create(stage.broker().address()).getAuthority(),
            "--order-url",
            stage.orders().base().toString()));
    return new ProcessBuilder(command)
        .redirectOutput(out().toFile())
        .redirectError(err().toFile())
        .start();
  }

  /** What a shell starts in the background ignores SIGINT, and so would the flood. */
  private static List<String> takingSignals() throws IOException {
    Path status = Path.of("/proc/self/status");
    boolean ignored =
        Files.exists(status)
            && Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    return ignored ? List.of("env", "--default-signal=INT") : List.of();
  }

  private Path out() {
    return folder.resolve("out");
  }

  private Path err() {
    return folder.resolve("err");
  }

  private void awaitInErr(String text) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!Files.readString(err(), StandardCharsets.UTF_8).contains(text)) {
      assertTrue(System.nanoTime() - deadline < 0, () -> "no progress within the limit");
      Thread.sleep(20);
    }
  }

  private static void signal(Process process, String signal) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).inheritIO().start();
    assertEquals(0, kill.waitFor());
  }

  private static void assertEnds(int exit, Process process) throws InterruptedException {
    try {
      assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "does not end");
      assertEquals(exit, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
  }
}
