package orderflow.cli.prove.foreign;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * One table of a flow file; a mistake is reported with file, table and key.
 *
 * @param name of the table, without brackets
 */
record FlowFileSection(Path file, String name, TomlTable table) {
  static CliException error(Path file, @Nullable TomlPosition position, String why) {
    String place = position == null ? "" : ":" + position.line() + ":" + position.column();
    return new CliException(ExitCode.USAGE, file + place + ": " + why.replaceAll("\\s+", " "));
  }

  /** A mistake in {@code key}, or a missing key. */
  CliException error(String key, String why) {
    return error(
        file, table.inputPositionOf(List.of(key)), "[%s] %s: %s".formatted(name, key, why));
  }

  /**
   * @throws CliException when there is another key
   */
  void requireKnown(Collection<String> keys) {
    for (String key : table.keySet()) {
      if (!keys.contains(key)) {
        throw error(key, "unknown key; use " + String.join(", ", new TreeSet<>(keys)));
      }
    }
  }

  @Nullable Object value(String key) {
    return table.get(List.of(key));
  }

  /** A text, in which only known placeholders stand. */
  Optional<String> text(String key) {
    return rawText(key).map(text -> checked(key, text));
  }

  private Optional<String> rawText(String key) {
    return switch (value(key)) {
      case null -> Optional.empty();
      case String text when !text.isBlank() -> Optional.of(text);
      default -> throw error(key, "must be a text in quotes");
    };
  }

  /** A regular expression. */
  Optional<Pattern> pattern(String key) {
    Optional<String> expression = rawText(key);
    try {
      return expression.map(Pattern::compile);
    } catch (PatternSyntaxException e) {
      throw error(key, "not a regular expression: " + e.getDescription());
    }
  }

  boolean flag(String key) {
    return switch (value(key)) {
      case null -> false;
      case Boolean flag -> flag;
      default -> throw error(key, "must be true or false");
    };
  }

  List<String> texts(String key) {
    return switch (value(key)) {
      case null -> List.of();
      case TomlArray array -> {
        List<String> texts = new ArrayList<>();
        for (Object element : array.toList()) {
          if (!(element instanceof String text)) {
            throw error(key, "must be a list of texts, for example [\"python3\", \"app.py\"]");
          }
          texts.add(checked(key, text));
        }
        yield texts;
      }
      default -> throw error(key, "must be a list of texts, for example [\"python3\", \"app.py\"]");
    };
  }

  Map<String, String> textsByName(String key) {
    Map<String, String> texts = new LinkedHashMap<>();
    subtable(key)
        .ifPresent(section ->
            section
                .table()
                .keySet()
                .forEach(variable -> texts.put(variable, section.text(variable).orElseThrow())));
    return texts;
  }

  Optional<FlowFileSection> subtable(String key) {
    return switch (value(key)) {
      case null -> Optional.empty();
      case TomlTable inner -> Optional.of(new FlowFileSection(file, name + "." + key, inner));
      default -> throw error(key, "must be a table, for example { NAME = \"value\" }");
    };
  }

  /** A misspelt placeholder would reach the service as it is. */
  private String checked(String key, String text) {
    var placeholders =
        ForeignService.PLACEHOLDER.matcher(text).results().map(found -> found.group(1)).toList();
    List<String> known = new ArrayList<>();
    for (var placeholder : ForeignService.Placeholder.values()) {
      known.add(placeholder.toString());
    }
    for (String placeholder : placeholders) {
      if (!known.contains(placeholder)) {
        throw error(
            key, "unknown {%s}; use {%s}".formatted(placeholder, String.join("}, {", known)));
      }
    }
    return text;
  }
}
