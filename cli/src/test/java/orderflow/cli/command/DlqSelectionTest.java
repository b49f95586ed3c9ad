package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import orderflow.cli.Cli.Result;
import orderflow.testing.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The options that select dead letters, and the output of dlq-inspect for a selection. */
@Timeout(60)
class DlqSelectionTest extends DeadLetterTestQueues {
  @TempDir Path folder;

  /** The ids of all dead letters, from the head. */
  private static List<String> ids() {
    return run("dlq-inspect", "-o", "ndjson").jsonLines().stream()
        .map(row -> row.path("id").stringValue())
        .toList();
  }

  @Test
  void idSelectsTheMessageAtAnyPosition() throws Exception {
    dead(order("a"));
    dead(order("b"), "id", "0001-7");
    dead(order("c"));
    List<String> before = ids();
    channel.basicGet(QUEUE, true);

    assertEquals(before.subList(1, 3), ids());
    assertTrue(run("dlq-inspect").out().contains(before.get(1)));
    Result result = run("dlq-replay", "--id", before.get(2).substring(0, 9), "-o", "json");
    assertEquals(0, result.exit(), result.err());
    assertEquals(before.get(2), result.json().get(0).path("id").stringValue());
    assertEquals(List.of(order("c")), bodies("order_placed"));
    Path file = folder.resolve("letters.ndjson");
    assertEquals(0, run("dlq-export", "--id", before.get(1), file.toString()).exit());
    assertTrue(Files.readString(file).contains("\"id\":\"" + before.get(1)));
    assertEquals(0, run("dlq-replay", "--from", file.toString(), "--id", before.get(1)).exit());
    assertEquals(List.of(order("b")), bodies("order_placed"));
    assertEquals(0, run("dlq-purge", "--id", before.get(1), "--yes", "--no-export").exit());
    assertEquals(0, channel.messageCount(QUEUE));
  }

  @Test
  void copiesHaveTheSameIdAndAreAllSelected() throws Exception {
    dead(order("a"), "id", "0001-7");
    dead(order("b"));
    dead(order("a"), "id", "0001-7", "at", "2026-01-02T03:04:05Z");
    List<String> ids = ids();

    assertEquals(ids.get(0), ids.get(2));
    assertEquals(0, run("dlq-replay", "--id", ids.get(0)).exit());
    assertEquals(List.of(order("a"), order("a")), bodies("order_placed"));
  }

  @Test
  void beginningOfSeveralIdsIsRefused() throws Exception {
    for (int n = 0; n < 17; n++) {
      dead(order("o-" + n));
    }
    List<String> ids = ids();
    String beginning =
        ids.stream()
            .map(id -> id.substring(0, 1))
            .filter(digit -> ids.stream().filter(id -> id.startsWith(digit)).count() > 1)
            .findFirst()
            .orElseThrow();
    for (String command : List.of("dlq-inspect", "dlq-export", "dlq-replay", "dlq-purge")) {
      Result result = run(command, "--id", beginning);

      assertEquals(2, result.exit(), command);
      assertTrue(result.err().contains("is the beginning of"), result.err());
    }
    assertEquals(17, channel.messageCount(QUEUE));
  }

  @Test
  void unknownIdExitsAsIncomplete() throws Exception {
    dead(order("a"));
    String gone = ids().getFirst().equals("0".repeat(12)) ? "1".repeat(12) : "0".repeat(12);
    Result result = run("dlq-replay", "--id", gone);

    assertEquals(3, result.exit(), result.out());
    assertTrue(
        result.err().contains("no dead letter in order_placed_dlq has the id"), result.err());
    assertEquals(2, run("dlq-replay", "--id", "xyz").exit());
  }

  @ParameterizedTest
  @CsvSource({"timed out,b", "ord-c,c", "\"order_id\":\"ord-a\",a"})
  void matchSearchesBodyAndDetail(String text, String sent) throws Exception {
    dead(order("ord-a"), "detail", "full");
    dead(order("ord-b"), "detail", "it timed out");
    dead(order("ord-c"));

    assertEquals(0, run("dlq-replay", "--match", text).exit());
    assertEquals(List.of(order("ord-" + sent)), bodies("order_placed"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dlq-inspect", "dlq-replay", "dlq-export", "dlq-purge --yes --no-export"})
  void emptyMatchIsRefused(String command) throws Exception {
    dead(order("ord-a"));
    Result result = run((command + " --match ").split(" ", -1));

    assertEquals(2, result.exit(), result.out());
    assertTrue(result.err().contains("--match: the text is empty"), result.err());
    assertEquals(1, ids().size());
  }

  @Test
  void newestAreShownFirstAndReplayedInQueueOrder() throws Exception {
    for (String id : List.of("a", "b", "c", "d")) {
      dead(order(id), "detail", id.equals("d") ? "other" : "same");
    }
    assertEquals(
        List.of("c", "b"),
        run("dlq-inspect", "--newest", "--limit", "2", "--match", "same", "-o", "ndjson")
            .jsonLines()
            .stream()
            .map(row -> row.path("order_id").stringValue())
            .toList());
    assertTrue(
        run("dlq-replay", "--newest", "--limit", "2", "--dry-run")
            .out()
            .contains("would be replayed 2 of 4"));
    Result result = run("dlq-replay", "--newest", "--limit", "2", "-o", "ndjson");
    assertEquals(0, result.exit(), result.err());
    assertEquals(
        List.of(3, 4),
        result.jsonLines().stream().map(row -> row.path("position").intValue()).toList());
    assertEquals(List.of(order("c"), order("d")), bodies("order_placed"));
    assertEquals(List.of(order("a"), order("b")), bodies(QUEUE));
  }

  @Test
  void exportAndPurgeTakeTheNewestWithALimit() throws Exception {
    for (String id : List.of("a", "b", "c", "d")) {
      dead(order(id));
    }
    Result export = run("dlq-export", "--newest", "--limit", "2");
    assertEquals(0, export.exit(), export.err());
    assertEquals(
        List.of("c", "d"),
        export.jsonLines().stream().map(line -> line.path("order_id").stringValue()).toList());
    assertEquals(1, run("dlq-export", "--limit", "1").jsonLines().size());
    Result purge = run("dlq-purge", "--newest", "--limit", "1", "--yes", "--no-export");
    assertEquals(0, purge.exit(), purge.err());
    assertEquals("order_placed_dlq: removed 1\n", purge.out());
    assertEquals(0, run("dlq-purge", "--limit", "1", "--yes", "--no-export").exit());
    assertEquals(List.of(order("b"), order("c")), bodies(QUEUE));
  }

  @Test
  void dryRunBesideAConsumerNeedsNoForce() throws Exception {
    for (String id : List.of("a", "b", "c")) {
      dead(order(id));
    }
    try (Channel other = connection.createChannel()) {
      other.basicQos(1);
      other.basicConsume(QUEUE, false, new DefaultConsumer(other));
      Await.until("one is held", Duration.ofSeconds(10), () -> channel.messageCount(QUEUE) == 2);
      Result replay = run("dlq-replay", "--dry-run");
      assertEquals(3, replay.exit(), replay.err());
      assertTrue(replay.out().contains("would be replayed 2 of 2"), replay.out());
      assertTrue(
          replay
              .err()
              .contains("2 visible, 1 held by another client (1 consumer of order_placed_dlq)"),
          replay.err());
      Result purge = run("dlq-purge", "--dry-run");
      assertEquals(3, purge.exit(), purge.err());
      assertTrue(purge.out().contains("2 would be removed"), purge.out());
      assertEquals(2, run("dlq-purge", "--yes", "--no-export").exit());
    }
  }

  @Test
  void groupsCountMessagesByCause() throws Exception {
    dead("a", "detail", "qty must be from 1 to 1000000, and is 7");
    dead("b", "detail", "qty must be from 1 to 1000000, and is 1000001");
    dead("c", "detail", "order ord-17 is on record with another item: 'widget'");
    dead("d", "detail", "order x-9 is on record with another item: 'red, large'");
    dead("e", "detail", "order x-9 is on record with another item: 'gadget'");
    dead("f");
    List<JsonNode> groups = run("dlq-inspect", "--group", "-o", "ndjson").jsonLines();

    assertEquals(List.of(3, 2, 1), groups.stream().map(g -> g.path("count").intValue()).toList());
    assertEquals(
        "order * is on record with another item: *", groups.get(0).path("cause").stringValue());
    assertEquals("qty must be from * to *, and is *", groups.get(1).path("cause").stringValue());
    assertTrue(groups.get(2).path("cause").isNull());
    assertEquals(3, groups.get(0).path("first_position").intValue());
  }

  @Test
  void tablesShowTheAge() throws Exception {
    String at = Instant.now().minus(Duration.ofMinutes(3)).toString();
    dead(order("a"), "at", at);

    assertTrue(run("dlq-inspect").out().contains("(3 min ago)"), run("dlq-inspect").out());
    assertTrue(run("dlq-inspect", "--group").out().contains(" 3 min ago "));
    assertEquals(at, run("dlq-inspect", "-o", "json").json().get(0).path("at").stringValue());
  }

  @ParameterizedTest
  @CsvSource({"dlq-inspect --follow --group,--follow", "dlq-inspect --follow -o json,ndjson"})
  void followIsRefusedWithGroupsAndJson(String command, String hint) {
    Result result = run(command.split(" ", -1));

    assertEquals(2, result.exit());
    assertTrue(result.err().contains(hint), result.err());
  }

  @ParameterizedTest
  @CsvSource({"1,1 time", "2,2 times"})
  void inspectShowsTheNumberOfReplays(int replays, String often) throws Exception {
    dead(order("a"), Map.of("x-orderflow-replays", replays));

    String line =
        run("dlq-inspect").out().lines().filter(l -> l.contains("replayed")).toList().get(0);
    assertTrue(line.endsWith(often), line);
  }

  @Test
  void groupsCountMessagesByReason() throws Exception {
    dead("x {", "malformed");
    dead(order("a"), "conflict");
    dead("y {", "malformed");
    Result result = run("dlq-inspect", "--group", "-o", "json");

    assertEquals("malformed", result.json().get(0).path("reason").stringValue());
    assertEquals(2, result.json().get(0).path("count").intValue());
    assertEquals(1, result.json().get(0).path("first_position").intValue());
    assertEquals("conflict", result.json().get(1).path("reason").stringValue());
    assertEquals(3, channel.messageCount(QUEUE));
  }

  @ParameterizedTest
  @CsvSource({
    "--position,0",
    "--position,5-3",
    "--position,x",
    "--since,yesterday",
    "--header,noequals",
    "--limit,-1",
    "--rate,0"
  })
  void invalidSelectionIsRefused(String option, String value) throws Exception {
    dead(order("a"), "processing");
    Result result = run("dlq-replay", option, value);

    assertEquals(2, result.exit(), result.out());
    assertTrue(result.err().contains(value), result.err());
    assertEquals(List.of(order("a")), bodies(QUEUE));
  }

  @ParameterizedTest
  @CsvSource({"2026-01-02T03:04:05Z,1", "2026-01-02T03:04:06Z,0", "1s,0"})
  void sinceSelectsMessagesByTime(String since, int shown) throws Exception {
    dead(order("a"), "processing");

    assertEquals(shown, run("dlq-inspect", "--since", since, "-o", "json").json().size());
  }
}
