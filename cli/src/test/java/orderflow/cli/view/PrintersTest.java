package orderflow.cli.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orderflow.cli.Cli;
import orderflow.cli.io.CliContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PrintersTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Map<String, Object> SHORT = row("id", "a", "n", 1);
  private static final Map<String, Object> LONG = row("id", "longer-id", "n", 12_345);

  @Test
  void tableColumnsAreAligned() {
    assertEquals(
        """
        id         n
        a          1
        longer-id  12345
        """,
        all(OutputFormat.TABLE, SHORT, LONG));
  }

  @Test
  void singleResultHasOneFieldPerLine() {
    assertEquals(
        """
        order_id  ord-1
        status    accepted
        """,
        one(OutputFormat.TABLE, row("order_id", "ord-1", "status", "accepted")));
  }

  @Test
  void tableEscapesControlCharacters() {
    String table = all(OutputFormat.TABLE, row("id", "a\u001b[2J\nforged  line", "n", null));

    assertFalse(table.contains("\u001b"));
    assertEquals(2, table.lines().count(), table);
    assertTrue(table.contains("-"), table);
  }

  @Test
  void longCellIsCutWithEllipsis() {
    String table = all(OutputFormat.TABLE, row("text", "x".repeat(5_000), "n", 1));

    assertTrue(table.contains("xxx…"), table);
    assertTrue(table.lines().allMatch(line -> line.length() < 520), table);
  }

  @Test
  void nothingIsCutWhenThereIsRoom() {
    String url = "https://orders." + "some-long-host-name.".repeat(5) + "example";
    for (int columns : new int[] {0, 200}) {
      String table = all(columns, OutputFormat.TABLE, row("option", "order-url", "value", url));
      assertTrue(table.contains(url), table);
    }
    String name = "a-context-".repeat(6);
    assertTrue(
        all(80, OutputFormat.TABLE, row("name", name, "uri", "amqp://broker.example:5672/staging"))
            .contains(name));
  }

  @Test
  void widthsAreTerminalColumns() {
    assertEquals(
        """
        name    n
        注文    1
        é\u0301tat    2
        😀👍🏻🇩🇪  3
        """,
        all(
            OutputFormat.TABLE,
            row("name", "注文", "n", 1),
            row("name", "é\u0301tat", "n", 2),
            row("name", "😀👍🏻🇩🇪", "n", 3)));
  }

  @Test
  void widestColumnsAreCutExceptIdsAndNumbers() {
    Map<String, Object> first = row("order_id", "ord-12345678901234567890", "n", 1_234_567_890L);
    first.put("reason", "a reason that is rather long");
    first.put("body", "{\"order_id\":\"ord-12345678901234567890\"}");
    Map<String, Object> second = row("order_id", "ord-1", "n", 1);
    second.put("reason", "short");
    second.put("body", "{}");

    assertEquals(
        """
        order_id                  n           reason        body
        ord-12345678901234567890  1234567890  a reason th…  {"order_id"…
        ord-1                     1           short         {}
        """,
        all(64, OutputFormat.TABLE, first, second));
    assertEquals(
        all(0, OutputFormat.TABLE, first, second), all(500, OutputFormat.TABLE, first, second));
  }

  @Test
  void timesAreNotCut() {
    assertTrue(
        all(20, OutputFormat.TABLE, row("at", "2026-01-01T00:00:00.123Z", "text", "a long one"))
            .contains("  2026-01-01T00:00:00.123Z\n"));
  }

  @Test
  void tooWideTableBecomesABlockPerRow() {
    assertEquals(
        """
        item_id    widget-1
        available  12

        item_id
          a-widget-of-20-columns
        available  unlimited
        """,
        all(
            20,
            OutputFormat.TABLE,
            row("item_id", "widget-1", "available", 12),
            row("item_id", "a-widget-of-20-columns", "available", "unlimited")));
  }

  @Test
  void singleResultIsWrappedExceptIds() {
    String id = "ord-" + "1234567890".repeat(8);

    assertEquals(
        """
        order_id
          %s
        reason
          xxxxxxxxxxxxxxxxxx
          xxxxxx
        """
            .formatted(id),
        one(20, OutputFormat.TABLE, row("order_id", id, "reason", "x".repeat(24))));
    assertEquals(
        """
        order_id  ord-1
        reason    there was no
                  stock of it
        """,
        one(
            24,
            OutputFormat.TABLE,
            row("order_id", "ord-1", "reason", "there was no stock of it")));
  }

  @Test
  void machineFormatsAreTheSameOnATerminal() {
    Map<String, Object> wide = row("id", "a", "text", "x".repeat(500));
    for (OutputFormat format : OutputFormat.values()) {
      if (!format.isHumanReadable()) {
        assertEquals(all(0, format, wide), all(20, format, wide));
        assertEquals(one(0, format, wide), one(20, format, wide));
      }
    }
  }

  @Test
  void csvQuotesSpecialCharacters() {
    assertEquals(
        """
        id,n
        "a,b","say ""hi""\"
        "two
        lines",
        plain,"{""x"":[1,2]}"
        """,
        all(
            OutputFormat.CSV,
            row("id", "a,b", "n", "say \"hi\""),
            row("id", "two\nlines", "n", null),
            row("id", "plain", "n", Map.of("x", List.of(1, 2)))));
  }

  @Test
  void ndjsonHasOneDocumentPerLine() {
    List<JsonNode> lines =
        all(OutputFormat.NDJSON, row("id", "a\nb", "n", null), LONG)
            .lines()
            .<JsonNode>map(JSON::readTree)
            .toList();

    assertEquals(2, lines.size());
    assertEquals("a\nb", lines.getFirst().path("id").stringValue());
    assertTrue(lines.getFirst().path("n").isNull());
    assertEquals(12_345, lines.getLast().path("n").intValue());
  }

  @Test
  void jsonIsAnArrayForAListAndAnObjectForOne() {
    JsonNode list = JSON.readTree(all(OutputFormat.JSON, SHORT, LONG));
    JsonNode single = JSON.readTree(one(OutputFormat.JSON, SHORT));

    assertEquals(2, list.size());
    assertEquals("longer-id", list.path(1).path("id").stringValue());
    assertEquals("a", single.path("id").stringValue());
  }

  @Test
  void emptyListIsAnEmptyArrayOrNothing() {
    assertEquals(0, JSON.readTree(all(OutputFormat.JSON)).size());
    assertTrue(JSON.readTree(all(OutputFormat.JSON)).isArray());
    assertEquals("", all(OutputFormat.NDJSON));
    assertEquals("", all(OutputFormat.CSV));
  }

  @ParameterizedTest
  @EnumSource(OutputFormat.class)
  void formatNamesAreThoseOnTheCommandLine(OutputFormat format) {
    assertEquals(
        format, OutputFormat.valueOf(format.toString().toUpperCase(java.util.Locale.ROOT)));
    assertEquals(format == OutputFormat.TABLE, format.isHumanReadable());
  }

  private static Map<String, Object> row(
      String name, Object value, String other, @Nullable Object otherValue) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put(name, value);
    row.put(other, otherValue);
    return row;
  }

  @SafeVarargs
  @SuppressWarnings("varargs") // only read
  private static String all(OutputFormat format, Map<String, Object>... rows) {
    return all(0, format, rows);
  }

  @SafeVarargs
  @SuppressWarnings("varargs") // only read
  private static String all(int columns, OutputFormat format, Map<String, Object>... rows) {
    var text = new StringWriter();
    format.printAll(terminal(text, columns), List.of(rows));
    return text.toString();
  }

  private static String one(OutputFormat format, Map<String, Object> row) {
    return one(0, format, row);
  }

  private static String one(int columns, OutputFormat format, Map<String, Object> row) {
    var text = new StringWriter();
    format.printOne(terminal(text, columns), row);
    return text.toString();
  }

  private static CliContext terminal(StringWriter out, int columns) {
    CliContext plain = Cli.plainContext();
    return new CliContext(
        plain.in(),
        new PrintWriter(out),
        plain.err(),
        plain.environment(),
        false,
        columns > 0,
        false,
        columns,
        plain.clock(),
        plain.random(),
        Optional.empty());
  }
}
