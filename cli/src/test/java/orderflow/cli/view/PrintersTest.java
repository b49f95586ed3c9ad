package orderflow.cli.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  void columnsOfATableStandUnderTheirNames() {
    assertEquals(
        """
        id         n
        a          1
        longer-id  12345
        """,
        all(OutputFormat.TABLE, SHORT, LONG));
  }

  @Test
  void aSingleResultIsAFieldALine() {
    assertEquals(
        """
        order_id  ord-1
        status    accepted
        """,
        one(OutputFormat.TABLE, row("order_id", "ord-1", "status", "accepted")));
  }

  @Test
  void aTableLetsNothingThroughThatATerminalObeys() {
    String table = all(OutputFormat.TABLE, row("id", "a\u001b[2J\nforged  line", "n", null));

    assertFalse(table.contains("\u001b"));
    assertEquals(2, table.lines().count(), table);
    assertTrue(table.contains("-"), table);
  }

  @Test
  void aLongCellIsCutVisibly() {
    String table = all(OutputFormat.TABLE, row("id", "x".repeat(500), "n", 1));

    assertTrue(table.contains("xxx…"), table);
    assertTrue(table.lines().allMatch(line -> line.length() < 80), table);
  }

  @Test
  void csvQuotesWhatWouldBreakIt() {
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
  void ndjsonIsADocumentALine() {
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
  void anEmptyListIsAnEmptyArrayAndOtherwiseNothing() {
    assertEquals(0, JSON.readTree(all(OutputFormat.JSON)).size());
    assertTrue(JSON.readTree(all(OutputFormat.JSON)).isArray());
    assertEquals("", all(OutputFormat.NDJSON));
    assertEquals("", all(OutputFormat.CSV));
  }

  @ParameterizedTest
  @EnumSource(OutputFormat.class)
  void formatsAreNamedAsOnTheCommandLine(OutputFormat format) {
    assertEquals(
        format, OutputFormat.valueOf(format.toString().toUpperCase(java.util.Locale.ROOT)));
    assertEquals(format == OutputFormat.TABLE, format.isForPeople());
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
    var text = new StringWriter();
    format.printAll(new PrintWriter(text), List.of(rows));
    return text.toString();
  }

  private static String one(OutputFormat format, Map<String, Object> row) {
    var text = new StringWriter();
    format.printOne(new PrintWriter(text), row);
    return text.toString();
  }
}
