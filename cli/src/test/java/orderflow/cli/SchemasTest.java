package orderflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orderflow.cli.deadletter.ReplayResult;
import orderflow.cli.operate.CheckResult;
import orderflow.cli.prove.check.Rule;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.probe.PoisonKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The schemas of command output are complete, described and strict. */
class SchemasTest {
  /** Commands that run until they are stopped, or print scripts. */
  private static final Set<String> WITHOUT_DATA =
      Set.of(
          "up",
          "serve-order",
          "serve-inventory",
          "serve-notify",
          "serve-broker",
          "completion",
          "context add",
          "context use",
          "context remove",
          "shell");

  /** Files that a command writes. */
  private static final Set<String> FILES = Set.of("history");

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(Schemas.FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .map(name -> name.substring(0, name.length() - ".json".length()))
          .sorted()
          .toList();
    }
  }

  private static JsonNode schema(String name) throws IOException {
    return JsonMapper.shared().readTree(Files.readString(Schemas.file(name)));
  }

  @Test
  void everyDataCommandHasASchemaAndViceVersa() throws IOException {
    assertEquals(
        CommandWalkTest.commands()
            .filter(Predicate.not(WITHOUT_DATA::contains))
            .map(words -> words.replace(' ', '-'))
            .collect(Collectors.toCollection(TreeSet::new)),
        new TreeSet<>(names().stream().filter(Predicate.not(FILES::contains)).toList()));
  }

  @ParameterizedTest
  @MethodSource("names")
  void schemasAreValid(String name) throws IOException {
    List<Error> errors =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"))
            .validate(schema(name));

    assertEquals(List.of(), errors);
    assertEquals("orderflow-" + name, schema(name).path("title").stringValue("").replace(' ', '-'));
    assertFalse(schema(name).path("description").stringValue("").isBlank());
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyFieldHasADescriptionAndNoOthersAreAllowed(String name) throws IOException {
    requireExplained(schema(name), name);
  }

  private static void requireExplained(JsonNode schema, String path) {
    if (schema.path("type").toString().contains("object")) {
      assertTrue(schema.has("additionalProperties"), path);
      assertEquals(schema.has("properties"), schema.has("required"), path);
    }
    for (var field : schema.path("properties").properties()) {
      String inside = path + "." + field.getKey();
      assertFalse(field.getValue().path("description").stringValue("").isBlank(), inside);
      requireExplained(field.getValue(), inside);
    }
    requireExplainedIn(schema.path("$defs"), path);
    requireExplainedIn(schema.path("anyOf"), path);
    if (schema.has("items")) {
      requireExplained(schema.path("items"), path + "[]");
    }
  }

  private static void requireExplainedIn(JsonNode schemas, String path) {
    for (JsonNode inner : schemas) {
      requireExplained(inner, path);
    }
  }

  /** A new enum value must be in the schema. */
  @Test
  void enumValuesAreThoseOfTheProgram() throws IOException {
    assertEquals(
        words(PoisonKind.values(), PoisonKind::toString),
        words("poison", "/$defs/finding/properties/kind/enum"));
    assertEquals(
        words(CheckResult.Level.values(), CheckResult.Level::jsonName),
        words("status", "/items/properties/level/enum"));
    assertEquals(
        words(ReplayResult.Status.values(), ReplayResult.Status::wire),
        words("dlq-replay", "/items/properties/result/enum"));
    assertEquals(
        words(Verdict.values(), Verdict::wire),
        words("verify", "/$defs/judgement/properties/scenarios/items/properties/verdict/enum"));
    assertEquals(
        words(Rule.values(), Rule::id),
        words(
            "verify",
            "/$defs/judgement/properties/scenarios/items/properties/findings/items/properties/rule/enum"));
  }

  private static <T> List<String> words(T[] values, Function<T, String> word) {
    return Stream.of(values).map(word).toList();
  }

  private static List<String> words(String name, String pointer) throws IOException {
    return schema(name).at(pointer).values().stream().map(JsonNode::stringValue).toList();
  }

  @Test
  void validOutputPasses() {
    Schemas.checkDocument("place", "{\"order_id\":\"o\",\"status\":\"accepted\"}");
    Schemas.checkDocument("dlq-inspect", "[]");
    Schemas.checkLines("dlq-inspect", "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "place|{\"order_id\":\"o\",\"status\":\"accepted\",\"more\":1}|more",
        "place|{\"order_id\":\"o\"}|status",
        "place|{\"order_id\":1,\"status\":\"accepted\"}|order_id",
        "place|{\"order_id\":\"o\",\"status\":\"taken\"}|status",
        "place|[{\"order_id\":\"o\",\"status\":\"accepted\"}]|object",
        "place|order_id o|invalid JSON",
        "demo|{\"verdict\":\"pass\"}|scenarios",
        "status|[{\"level\":\"ok\",\"subject\":\"broker\",\"text\":\"\"}]|advice",
        "dlq-inspect|[{\"position\":1}]|reason",
        "stock|{\"item_id\":\"i\",\"available\":-1,\"reserved\":0}|available",
        "trace|{\"order_id\":\"o\",\"status\":\"unknown\",\"notified\":false,\"silent\":[],\"events\":[{\"at\":\"noon\",\"gap_ms\":null,\"service\":\"order\",\"event\":\"accepted\",\"detail\":\"\"}]}|/events/0/at",
      })
  void invalidOutputIsReportedWithItsCommand(String command, String out, String field) {
    AssertionError error =
        assertThrows(AssertionError.class, () -> Schemas.checkDocument(command, out));

    assertTrue(String.valueOf(error.getMessage()).startsWith(command + " prints"), error::toString);
    assertTrue(String.valueOf(error.getMessage()).contains(field), error::toString);
  }

  /** As {@link Cli#run} does. */
  @ParameterizedTest
  @ValueSource(strings = {"topology -o json", "topology show --output=ndjson", "dlq-export"})
  void commandOutputIsCheckedAgainstItsSchema(String command) {
    var parsed = new Cli().commandLine().parseArgs(command.split(" "));

    Schemas.check(parsed, "");
    assertThrows(AssertionError.class, () -> Schemas.check(parsed, "{\"exchange\":\"e\"}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"topology", "topology export -o json", "verify --list -o ndjson"})
  void otherFormatsAreNotChecked(String command) {
    Schemas.check(new Cli().commandLine().parseArgs(command.split(" ")), "anything");
  }

  @Test
  void jsonFromTheEnvironmentIsChecked() {
    Cli.Result result = new Cli().with("ORDERFLOW_OUTPUT", "json").run("topology");

    assertEquals(4, result.json().size());
    assertThrows(
        AssertionError.class,
        () ->
            Schemas.check(
                new Cli()
                    .with("ORDERFLOW_OUTPUT", "json")
                    .commandLine()
                    .parseArgs("topology", "show"),
                "[{}]"));
  }
}
