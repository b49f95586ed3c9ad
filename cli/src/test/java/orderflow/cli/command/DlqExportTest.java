package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import orderflow.cli.Cli;
import orderflow.cli.Cli.Result;
import orderflow.cli.Schemas;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code dlq-export}, and {@code dlq-replay --from}. */
@Timeout(30)
class DlqExportTest extends DeadLetterTestQueues {
  @TempDir Path folder;

  @Test
  void exportIsRestoredByteForByte() throws Exception {
    Path file = folder.resolve("letters.ndjson");
    dead(order("a"), "processing");
    dead("\u0000 not json \u00e9", "malformed");
    assertEquals(0, run("dlq-export", file.toString()).exit());
    assertEquals(2, Files.readAllLines(file).size());
    Schemas.checkLines("dlq-export", Files.readString(file));
    assertEquals(Files.readString(file), run("dlq-export").out());
    assertEquals(2, channel.messageCount(QUEUE), "nothing was taken");

    Result result = run("dlq-replay", "--from", file.toString(), "--to", "parked", "--force");
    assertEquals(0, result.exit(), result.err());
    assertEquals(List.of(order("a"), "\u0000 not json \u00e9"), bodies("parked"));
    assertEquals(2, channel.messageCount(QUEUE));
  }

  /** As {@code --from <(zcat letters.ndjson.gz)} does it. */
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no mkfifo")
  void exportCanBeReadFromAPipe() throws Exception {
    Path file = folder.resolve("letters.ndjson");
    Path pipe = folder.resolve("pipe");
    dead(order("a"), "processing");
    dead(order("b"), "processing");
    run("dlq-export", file.toString());
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Process writing =
        new ProcessBuilder("sh", "-c", "exec cat \"$0\" > \"$1\"", file.toString(), pipe.toString())
            .start();
    try {
      Result result = run("dlq-replay", "--from", pipe.toString());

      assertEquals(0, result.exit(), result.err());
      assertEquals("replayed 2\n", result.out());
      assertEquals(List.of(order("a"), order("b")), bodies("order_placed"));
    } finally {
      writing.destroyForcibly();
    }
  }

  @Test
  void messagesOfAFileKeepTheirPositions() throws Exception {
    Path file = folder.resolve("letters.ndjson");
    for (String id : List.of("a", "b", "c", "d")) {
      dead(order(id), "processing");
    }
    run("dlq-export", "--position", "2,4", file.toString());
    List<String> lines = Files.readAllLines(file);
    Files.write(file, List.of(lines.get(1), lines.get(0)));
    Result result = run("dlq-replay", "--from", file.toString(), "--position", "2", "-o", "json");

    assertEquals(0, result.exit(), result.err());
    assertEquals(1, result.json().size());
    assertEquals(2, result.json().get(0).path("position").intValue());
    assertEquals(List.of(order("b")), bodies("order_placed"));
  }

  @Test
  void exportReportsItsCount() throws Exception {
    dead(order("a"), "processing");
    dead("{", "malformed");
    Path file = folder.resolve("letters.ndjson");
    Path other = folder.resolve("other.ndjson");

    JsonNode count =
        run("dlq-export", "--reason", "malformed", "-o", "json", file.toString()).json();

    assertEquals(1, count.path("exported").intValue());
    assertEquals(file.toString(), count.path("export").stringValue());
    assertEquals(
        "order_placed_dlq: exported 2 of 2 to %s\n".formatted(other),
        run("dlq-export", other.toString()).out());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  @Test
  void damagedFileIsReportedBeforeAnythingIsSent() throws Exception {
    Path file = folder.resolve("letters.ndjson");
    dead(order("a"), "processing");
    run("dlq-export", file.toString());
    Files.writeString(file, Files.readString(file) + "{\"queue\":\n");
    Result result = run("dlq-replay", "--from", file.toString());

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("line 2"), result.err());
    assertEquals(List.of(), bodies("order_placed"));
  }

  /** As {@code | head -1} does it. */
  @Test
  void outputClosedEarlyIsNoError() throws Exception {
    for (int n = 0; n < 50; n++) {
      dead(order("a" + n), "processing");
    }
    for (String command : List.of("dlq-export", "dlq-inspect")) {
      Result result = cli().closedOutput().run(command);
      assertEquals(0, result.exit(), result.err());
      assertFalse(result.err().contains("Exception"), result.err());
    }
    assertEquals(50, channel.messageCount(QUEUE));
  }

  @Test
  void exportOverwritesNoFile() throws Exception {
    Path file = folder.resolve("letters.ndjson");
    Files.writeString(file, "mine");

    Result refused = run("dlq-export", file.toString());
    assertEquals(2, refused.exit());
    assertEquals(
        "orderflow: %s cannot be written: it exists already and is not overwritten\n"
            .formatted(file),
        refused.err());
    assertEquals("mine", Files.readString(file));
    dead("{}", "malformed");
    assertEquals(2, run("dlq-purge", "--export", file.toString()).exit(), "before it asks");
    assertEquals(2, run("dlq-export", folder.resolve("no/such").toString()).exit());
  }

  @Test
  void unwritableExportIsReported() throws Exception {
    dead("{}", "malformed");

    Cli.Result result = run("dlq-export", folder.resolve("no/such/folder").toString());

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("cannot be written"), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
  }

  /** Messages held by another client are not visible, so the result is incomplete. */
  @ParameterizedTest
  @ValueSource(strings = {"dlq-export -q", "dlq-inspect --group -q"})
  void browseBesideAConsumerIsIncomplete(String command) throws Exception {
    dead("a", "malformed");
    dead("b", "malformed");
    assertEquals(0, run(command.split(" ")).exit());
    try (Channel other = connection.createChannel()) {
      other.basicQos(1);
      other.basicConsume(QUEUE, false, (tag, delivery) -> {}, tag -> {});
      Result result = run(command.split(" "));

      assertEquals(3, result.exit());
      assertTrue(result.err().contains("1 consumer of order_placed_dlq"), result.err());
    }
  }

  @Test
  void incompleteLastLineOfAFileIsSkipped() throws Exception {
    Path file = folder.resolve("letters.ndjson");
    dead(order("a"), "processing");
    run("dlq-export", file.toString());
    Files.writeString(file, Files.readString(file) + "{\"queue\":");
    Result result = run("dlq-replay", "--from", file.toString());

    assertEquals(0, result.exit(), result.err());
    assertTrue(result.err().contains("line 2, the last, is incomplete"), result.err());
    assertEquals(List.of(order("a")), bodies("order_placed"));
  }
}
