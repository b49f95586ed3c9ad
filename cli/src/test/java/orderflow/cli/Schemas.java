package orderflow.cli;

import static org.junit.jupiter.api.Assertions.fail;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import picocli.CommandLine.ParseResult;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checks the output of commands against the published schemas. */
public final class Schemas {
  /** Tests run in their module's folder. */
  static final Path FOLDER = Path.of("../docs/schema");

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Schemas refer to each other by file name; nothing is downloaded. */
  private static final String BASE = "https://orderflow.invalid/";

  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          registry ->
              registry
                  .schemas(address -> address.startsWith(BASE) ? read(address) : null)
                  .schemaRegistryConfig(
                      SchemaRegistryConfig.builder()
                          .formatAssertionsEnabled(true)
                          .locale(Locale.ROOT)
                          .build()));
  private static final Map<String, Schema> KNOWN = new ConcurrentHashMap<>();

  private Schemas() {}

  private static String read(String address) {
    try {
      return Files.readString(FOLDER.resolve(address.substring(BASE.length())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The name of a schema: {@code context-list} for {@code orderflow context list}. */
  private static String nameOf(String words) {
    return words.substring(words.indexOf(' ') + 1).replace(' ', '-');
  }

  static Path file(String command) {
    return FOLDER.resolve(command + ".json");
  }

  private static Schema of(String command) {
    return KNOWN.computeIfAbsent(
        command, name -> REGISTRY.getSchema(SchemaLocation.of(BASE + name + ".json")));
  }

  /**
   * Fails unless {@code out} matches the schema of the command. Tables and commands without data
   * are not checked.
   *
   * @param parsed the whole command line
   */
  static void check(ParseResult parsed, String out) {
    ParseResult command = parsed;
    while (command.hasSubcommand()) {
      command = command.subcommand();
    }
    if (out.isBlank()
        || !parsed.hasSubcommand()
        || command.isUsageHelpRequested()
        || command.isVersionHelpRequested()) {
      return;
    }
    String name = nameOf(command.commandSpec().qualifiedName());
    if (!Files.exists(file(name)) || isWithoutSchema(name, command)) {
      return;
    }
    var option = command.commandSpec().findOption("--output");
    // An export without a file is always lines of JSON.
    boolean export = name.equals("dlq-export") && !command.hasMatchedPositional(0);
    switch (export ? "ndjson" : String.valueOf(option.<Object>getValue())) {
      case "json" -> checkDocument(name, out);
      case "ndjson" -> checkLines(name, out);
      default -> {}
    }
  }

  private static boolean isByLine(ParseResult command) {
    Object format = command.commandSpec().findOption("--output").getValue();
    return String.valueOf(format).equals("ndjson");
  }

  /** RabbitMQ's own format, and lines of a list that also exists as a document. */
  private static boolean isWithoutSchema(String name, ParseResult command) {
    return switch (name) {
      case "topology" -> command.matchedPositionalValue(0, (Object) "").toString().equals("export");
      case "verify" -> command.matchedOptionValue("--list", false) && isByLine(command);
      default -> false;
    };
  }

  /** Fails unless {@code out} is one document that matches the schema. */
  public static void checkDocument(String command, String out) {
    check(command, parsed(command, out));
  }

  /** Fails unless each line matches the schema, or an item of it. */
  public static void checkLines(String command, String out) {
    List<JsonNode> lines = out.lines().map(line -> parsed(command, line)).toList();
    if (of(command).getSchemaNode().path("type").stringValue("").equals("array")) {
      check(command, JSON.createArrayNode().addAll(lines));
    } else {
      lines.forEach(line -> check(command, line));
    }
  }

  private static JsonNode parsed(String command, String out) {
    try {
      return JSON.readTree(out);
    } catch (JacksonException e) {
      throw new AssertionError(command + " prints invalid JSON: " + out, e);
    }
  }

  private static void check(String command, JsonNode document) {
    List<Error> errors = of(command).validate(document);
    if (!errors.isEmpty()) {
      fail(
          errors.stream()
              .map(error -> "  " + error.getInstanceLocation() + " " + error.getMessage())
              .collect(
                  Collectors.joining(
                      "\n",
                      "%s prints output that docs/schema/%s.json does not allow:\n"
                          .formatted(command, command),
                      "\n" + document)));
    }
  }
}
