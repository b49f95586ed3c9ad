package orderflow.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import orderflow.cli.Schemas;
import orderflow.testing.Await;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Commands for dead letters as processes lose no message when they run out of memory or are killed.
 */
@Timeout(90)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are neither signals nor limits")
class DlqProcessTest extends DeadLetterTestQueues {
  private static final Duration LIMIT = Duration.ofSeconds(40);

  @TempDir Path folder;

  @BeforeEach
  void declareLarge() throws Exception {
    channel.queueDeclare("large", true, false, false, Map.of());
    channel.queuePurge("large");
  }

  private static void dead(int count, byte[] body) throws Exception {
    for (int n = 0; n < count; n++) {
      channel.basicPublish("", QUEUE, null, body);
    }
    channel.waitForConfirmsOrDie(30_000);
  }

  /** Another client holds some of the messages, so the purge waits until it is interrupted. */
  @Test
  void interruptedPurgeReportsWhatItRemoved() throws Exception {
    dead(20, "{".getBytes(UTF_8));
    Path copies = folder.resolve("copies.ndjson");
    Process purge =
        start(
            List.of("env", "--default-signal=INT"),
            "-Dorderflow.tty.in=true",
            "dlq-purge",
            "--export",
            copies.toString());
    try (Channel other = connection.createChannel()) {
      Await.until("the question", LIMIT, () -> Files.readString(err()).contains("Remove 20 of 20"));
      for (int n = 0; n < 5; n++) {
        other.basicGet(QUEUE, false);
      }
      purge.getOutputStream().write("y\n".getBytes(UTF_8));
      purge.getOutputStream().flush();
      Await.until("15 copies", LIMIT, () -> lines(copies) == 15);
      new ProcessBuilder("kill", "-INT", Long.toString(purge.pid())).start().waitFor();

      assertEquals(130, ended(purge), Files.readString(err()));
    }
    assertEquals(
        "order_placed_dlq: removed 15, interrupted, copies in " + copies + "\n",
        Files.readString(out()));
    Await.until("the others", LIMIT, () -> channel.messageCount(QUEUE) == 5);
  }

  /** A limit on the size of files has the effect of a full disk. */
  @Test
  void purgeOnAFullDiskReportsWhatItRemovedAndKeepsTheRest() throws Exception {
    int messages = 60;
    dead(messages, "x".repeat(1_000_000).getBytes(UTF_8));
    Path copies = folder.resolve("copies.ndjson");
    Process purge =
        start(
            List.of("bash", "-c", "ulimit -f 30000; exec \"$@\"", "-"),
            "-Dorderflow.tty.in=false",
            "dlq-purge",
            "--yes",
            "-o",
            "json",
            "--export",
            copies.toString());

    assertEquals(3, ended(purge), Files.readString(err()));
    assertTrue(Files.readString(err()).contains("cannot be written"), Files.readString(err()));
    JsonNode count = JsonMapper.shared().readTree(Files.readString(out()));
    long removed = count.path("removed").longValue();
    assertTrue(removed > 0 && removed < messages, count.toString());
    assertEquals(messages, count.path("meant").intValue());
    assertEquals(removed, lines(copies));
    Schemas.checkLines("dlq-export", Files.readString(copies));
    Await.until("the rest", LIMIT, () -> channel.messageCount(QUEUE) == messages - removed);
  }

  /** Together they are several times the heap. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "dlq-inspect",
        "dlq-inspect -v",
        "dlq-inspect -o json",
        "dlq-inspect --group",
        "dlq-export",
        "dlq-purge --yes --no-export",
        "dlq-replay --to large --no-check -q"
      })
  void manyLargeMessagesNeedNotFitIntoMemory(String command) throws Exception {
    byte[] noText = new byte[2_000_000];
    noText[0] = (byte) 0xff;
    dead(15, noText);
    dead(15, "x".repeat(2_000_000).getBytes(UTF_8));

    Process process = start(List.of(), "-Dorderflow.tty.in=false", command.split(" "));

    assertEquals(0, ended(process), Files.readString(err()));
  }

  /** Together they are several times the heap of the replay. */
  @Test
  void replayOfAFileWithManyLargeMessagesFitsIntoMemory() throws Exception {
    dead(30, "x".repeat(2_000_000).getBytes(UTF_8));
    Path file = folder.resolve("export.ndjson");
    assertEquals(0, cli().run("dlq-export", file.toString()).exit());

    Process process =
        start(
            List.of(),
            "-Dorderflow.tty.in=false",
            "dlq-replay",
            "--from",
            file.toString(),
            "--to",
            "large",
            "--no-check");

    assertEquals(0, ended(process), Files.readString(err()));
    assertEquals("replayed 30\n", Files.readString(out()));
  }

  private Process start(List<String> within, String option, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(within);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            option,
            "-cp",
            System.getProperty("java.class.path"),
            "orderflow.cli.Orderflow"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--uri", broker.uri()));
    return new ProcessBuilder(command)
        .redirectOutput(out().toFile())
        .redirectError(err().toFile())
        .start();
  }

  private Path out() {
    return folder.resolve("out");
  }

  private Path err() {
    return folder.resolve("err");
  }

  private static long lines(Path file) throws Exception {
    return Files.exists(file) ? Files.readString(file).lines().count() : 0;
  }

  private static int ended(Process process) throws InterruptedException {
    try {
      assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), "does not end");
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }
}
