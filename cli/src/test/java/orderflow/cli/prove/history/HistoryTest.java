package orderflow.cli.prove.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orderflow.cli.Schemas;
import orderflow.cli.prove.history.HistoryRecord.Expectations;
import orderflow.cli.prove.history.HistoryRecord.Header;
import orderflow.cli.prove.history.HistoryRecord.Visible;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class HistoryTest {
  private static final byte[] BODY = {0, (byte) 0xff, '{', '}'};
  private static final Map<String, String> PROPERTIES = Map.of("message_id", "OrderPlaced:o-1");
  private static final List<Header> HEADERS =
      List.of(new Header("a", "text", "b"), new Header("n", "null", null));

  /** One of each kind. */
  private static final List<HistoryRecord> ALL =
      List.of(
          new HistoryRecord.Start(
              0,
              "happy-path",
              "orders come in",
              "run",
              "run-happy-path-",
              "item",
              0,
              100,
              "2026-12-01T00:00:00Z",
              new Expectations(0.9, 2_000, 45_000, 0),
              Visible.ALL),
          new HistoryRecord.Load(9, 1, 5, 0),
          new HistoryRecord.Request(
              2, "order", "POST", "/order", "{}", 1L, 1, 202, "{\"a\":1}", null),
          new HistoryRecord.Request(2, "order", "GET", "/order/o", null, null, 1, 0, null, "none"),
          new HistoryRecord.Message(3, "order_events", "order.placed", PROPERTIES, HEADERS, BODY),
          new HistoryRecord.Published(
              3,
              "order_events",
              "order.placed",
              "order_placed",
              PROPERTIES,
              HEADERS,
              BODY,
              true,
              "dead_letter",
              null,
              true),
          new HistoryRecord.DeadLetter(4, "order_placed_dlq", PROPERTIES, HEADERS, BODY),
          new HistoryRecord.Fault(4, "start", "inventory killed", "inventory", false, false, false),
          new HistoryRecord.Loss(4, "unbound", 3, 4),
          new HistoryRecord.Effect(5, "inventory killed", true, "it does not answer"),
          new HistoryRecord.Row(
              6,
              "order",
              "orders",
              JsonMapper.shared().createObjectNode().put("order_id", "o").put("qty", 1)),
          new HistoryRecord.Receipt(6, "webhook", "o", null, "hello"),
          new HistoryRecord.LogLine(6, "inventory", "o", "Processed order_id=o -> reserved"),
          new HistoryRecord.Sample(
              7, 1, 1, Map.of("order_placed", -1L), 2.5, List.of(1.0, 2.0, 3.0)),
          new HistoryRecord.Health(
              7, "order", true, true, Map.of("store", "up"), Map.of("outbox", 1.0)),
          new HistoryRecord.Resources(7, "order", Map.of("rss_bytes", 1e8)),
          new HistoryRecord.Check(8, "poison", "not_seen", "nothing"),
          new HistoryRecord.Unreadable(8, "a message"),
          new HistoryRecord.Dropped(8, 3),
          new HistoryRecord.End(9, "quiescent", 0, Map.of(), Map.of("order", 0.0), 1));

  @TempDir private Path folder;

  private Path written(List<HistoryRecord> records) throws Exception {
    Path file = folder.resolve("history.ndjson");
    try (HistoryWriter writer = HistoryWriter.open(file, Instant.EPOCH)) {
      for (HistoryRecord each : records) {
        writer.add(each);
      }
    }
    return file;
  }

  @Test
  void everyKindOfRecordIsReadAsItWasWritten() throws Exception {
    List<HistoryRecord> read = HistoryReader.records(written(ALL));

    assertEquals(texts(ALL), texts(read));
    var message = (HistoryRecord.Message) read.get(4);
    assertArrayEquals(BODY, message.body());
    assertEquals(HEADERS, message.headers());
  }

  /** Arrays are compared by their contents. */
  private static List<String> texts(List<HistoryRecord> records) {
    return records.stream().map(JsonMapper.shared()::writeValueAsString).toList();
  }

  @Test
  void everyKindOfRecordFollowsTheSchema() throws Exception {
    Path file = written(ALL);

    for (String line : Files.readAllLines(file)) {
      Schemas.checkDocument("history", line);
    }
    assertEquals(
        IntStream.range(0, HistoryRecord.class.getPermittedSubclasses().length)
            .mapToObj(i -> HistoryRecord.class.getPermittedSubclasses()[i].getSimpleName())
            .collect(Collectors.toSet()),
        ALL.stream().map(each -> each.getClass().getSimpleName()).collect(Collectors.toSet()),
        "this test must write every kind");
  }

  @Test
  void damagedLineIsNamed() throws Exception {
    Path file = written(ALL);
    Files.writeString(
        file, Files.readString(file, StandardCharsets.UTF_8) + "{\"kind\":\"unknown\",\"t\":1}\n");

    IOException error = assertThrows(IOException.class, () -> HistoryReader.records(file));
    assertTrue(
        String.valueOf(error.getMessage()).startsWith("line " + (ALL.size() + 1) + " of "),
        error::toString);
  }

  @Test
  void recordsThatDoNotFitAreCounted() throws Exception {
    Path file = folder.resolve("history.ndjson");
    var check = new HistoryRecord.Check(1, "f", "ok", "t".repeat(2_000));
    int offered = 200_000;
    try (HistoryWriter writer = HistoryWriter.open(file, Instant.EPOCH)) {
      for (int n = 0; n < offered; n++) {
        writer.offer(check);
      }
    }

    List<HistoryRecord> read = new ArrayList<>();
    HistoryReader.read(file, read::add);
    long dropped = read.getLast() instanceof HistoryRecord.Dropped(_, long count) ? count : 0;
    assertTrue(dropped > 0);
    assertEquals(offered, read.size() - 1 + dropped);
  }

  @Test
  void unwritableFileIsReportedAndBlocksNobody() throws Exception {
    HistoryWriter writer = HistoryWriter.open(folder, Instant.EPOCH);
    for (int n = 0; n < 50_000; n++) {
      writer.add(new HistoryRecord.Unreadable(1, "x"));
    }
    writer.close();

    assertTrue(writer.problem().orElse("").startsWith("the history cannot be written to "));
  }

  @Test
  void historyOfAPassedScenarioIsKeptOnlyInAGivenFolder() {
    var given = new HistoryFolder(folder, Clock.systemUTC());
    HistoryWriter kept = given.open("one");
    assertTrue(given.close(kept, true));
    assertTrue(Files.exists(kept.file()));

    var temporary = new HistoryFolder(null, Clock.systemUTC());
    HistoryWriter removed = temporary.open("two");
    assertFalse(temporary.close(removed, true));
    assertFalse(Files.exists(removed.file()));
  }
}
