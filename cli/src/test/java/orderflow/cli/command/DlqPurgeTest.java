package orderflow.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import orderflow.cli.Cli.Result;
import orderflow.cli.Schemas;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code dlq-purge}. */
@Timeout(30)
class DlqPurgeTest extends DeadLetterTestQueues {
  @TempDir Path folder;

  @Test
  void purgeRemovesSelectedMessagesAndKeepsCopies() throws Exception {
    Path file = folder.resolve("removed.ndjson");
    dead("x {", "malformed");
    dead(order("a"), "processing");
    dead("y {", "malformed");
    Result result = run("dlq-purge", "--yes", "--reason", "malformed", "--export", file.toString());

    assertEquals(0, result.exit(), result.err());
    assertEquals(2, Files.readAllLines(file).size());
    Schemas.checkLines("dlq-export", Files.readString(file));
    assertEquals(List.of(order("a")), bodies(QUEUE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"dlq-purge --yes --no-export", "dlq-purge --yes --force", "dlq-replay --force"})
  void queuesOfServicesAreNotTouched(String command) throws Exception {
    channel.basicPublish("order_events", "order.placed", null, order("a").getBytes(UTF_8));
    channel.waitForConfirmsOrDie(5_000);
    Result result = run((command + " --queue order_placed").split(" "));

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("on their way"), result.err());
    assertEquals(List.of(order("a")), bodies("order_placed"));
  }

  @Test
  void queueInUseIsPurgedOnlyWithForce() throws Exception {
    try (Channel other = connection.createChannel()) {
      other.basicQos(1);
      other.basicConsume("parked", false, (tag, delivery) -> {}, tag -> {});
      Result result = run("dlq-purge", "--queue", "parked", "--yes", "--no-export");

      assertEquals(2, result.exit());
      assertTrue(result.err().contains("1 consumer; --force"), result.err());
      assertEquals(
          0, run("dlq-purge", "--queue", "parked", "--yes", "--no-export", "--force").exit());
    }
  }

  @Test
  void purgeReportsAsJson() throws Exception {
    Path file = folder.resolve("removed.ndjson");
    dead("x {", "malformed");
    dead(order("a"), "processing");
    Result dry = run("dlq-purge", "--dry-run", "-o", "json");
    Result done =
        run(
            "dlq-purge",
            "--yes",
            "--reason",
            "malformed",
            "--export",
            file.toString(),
            "-o",
            "ndjson");

    assertEquals(0, dry.exit(), dry.err());
    assertEquals(2, dry.json().path("meant").intValue());
    assertEquals(0, dry.json().path("removed").intValue());
    assertTrue(dry.json().path("export").isNull(), dry.out());
    assertEquals(1, done.json().path("meant").intValue());
    assertEquals(1, done.json().path("removed").intValue());
    assertEquals(file.toString(), done.json().path("export").stringValue());
  }

  @Test
  void purgeRemovesNothingWhenCopiesCannotBeWritten() throws Exception {
    dead("x {", "malformed");
    Result result = run("dlq-purge", "--yes", "--export", folder.resolve("no/such").toString());

    assertEquals(2, result.exit());
    assertEquals(List.of("x {"), bodies(QUEUE));
  }

  @ParameterizedTest
  @CsvSource({"y,0,0", "yes,0,0", "n,3,1", "'',3,1"})
  void purgeAsksForConfirmation(String answer, int exit, int left) throws Exception {
    dead("x {", "malformed");
    Result result = cli().onTerminal().typing(answer + "\n").run("dlq-purge", "--no-export");

    assertEquals(exit, result.exit(), result.err());
    assertTrue(result.err().contains("Remove 1 of 1 dead letters"), result.err());
    assertEquals(left, bodies(QUEUE).size());
  }

  /** The counted message was removed, and another one took its position. */
  @Test
  void purgeRemovesOnlyCountedMessages() throws Exception {
    for (String body : List.of("a", "b", "c", "d", "c")) {
      dead(body, "malformed");
    }
    Result result =
        cli()
            .onTerminal()
            .typing("y\n")
            .meanwhile(DlqPurgeTest::takeTheFirst)
            .run("dlq-purge", "--no-export", "--position", "1,4");

    assertEquals(3, result.exit(), result.err());
    assertTrue(result.out().contains("removed 0"), result.out());
    assertTrue(result.err().contains("2 of the 2 that were counted"), result.err());
    assertEquals(List.of("b", "c", "d", "c"), bodies(QUEUE));
  }

  private static void takeTheFirst() {
    try {
      channel.basicGet(QUEUE, true);
      channel.queueDeclarePassive(QUEUE); // behind the get, in the same order
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void purgeByPositionRemovesTheMessagesAtThosePositions() throws Exception {
    for (String body : List.of("a", "b", "b")) {
      dead(body, "malformed");
    }
    Result result = run("dlq-purge", "--yes", "--no-export", "--position", "1,3");

    assertEquals(0, result.exit(), result.err());
    assertEquals(List.of("b"), bodies(QUEUE));
  }

  @Test
  void purgeWithoutTerminalAndYesRemovesNothing() throws Exception {
    dead("x {", "malformed");
    Result result = run("dlq-purge");

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("--yes"), result.err());
    assertEquals(List.of("x {"), bodies(QUEUE));
  }
}
