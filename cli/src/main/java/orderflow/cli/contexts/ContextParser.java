package orderflow.cli.contexts;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Reads contexts from TOML. Errors are "FILE:LINE:COLUMN: why". */
record ContextParser(Path file, Set<String> options) {
  /**
   * @throws CliException when the text is not TOML or has unknown keys
   */
  Contexts parse(String text) {
    var toml = Toml.parse(text);
    if (toml.hasErrors()) {
      var first = toml.errors().getFirst();
      throw error(first.position(), String.valueOf(first.getMessage()));
    }
    ContextValue current = null;
    SortedMap<String, SortedMap<String, ContextValue>> byName = new TreeMap<>();
    for (String key : toml.keySet()) {
      TomlPosition position = toml.inputPositionOf(List.of(key));
      Object value = toml.get(List.of(key));
      if (key.equals(Contexts.CURRENT) && value instanceof String name) {
        current = placed(name, position);
      } else if (key.equals(Contexts.CONTEXT) && value instanceof TomlTable contexts) {
        contexts.keySet().forEach(name -> byName.put(name, values(contexts, name)));
      } else {
        throw error(
            position,
            key.equals(Contexts.CURRENT)
                ? "current must be the name of a context, in quotes"
                : "unknown key '%s'; use current = \"NAME\" and [context.NAME]".formatted(key));
      }
    }
    return new Contexts(current, byName);
  }

  private SortedMap<String, ContextValue> values(TomlTable contexts, String name) {
    if (!(contexts.get(List.of(name)) instanceof TomlTable table)) {
      throw error(
          contexts.inputPositionOf(List.of(name)),
          "'" + name + "' is not a table; write [context." + name + "]");
    }
    SortedMap<String, ContextValue> values = new TreeMap<>();
    for (String option : table.keySet()) {
      TomlPosition position = table.inputPositionOf(List.of(option));
      Object value = table.get(List.of(option));
      if (!options.contains(option)) {
        throw error(
            position,
            "unknown option '%s'; a context has %s"
                .formatted(option, String.join(", ", new TreeSet<>(options))));
      }
      if (!(value instanceof String) && !(value instanceof Boolean)) {
        throw error(position, option + " must be a text in quotes, or true or false");
      }
      values.put(option, placed(value.toString(), position));
    }
    return values;
  }

  private static ContextValue placed(String value, @Nullable TomlPosition position) {
    return position == null
        ? ContextValue.of(value)
        : new ContextValue(value, position.line(), position.column());
  }

  private CliException error(@Nullable TomlPosition position, String why) {
    String place = position == null ? "" : ":" + position.line() + ":" + position.column();
    return new CliException(ExitCode.USAGE, file + place + ": " + why.replaceAll("\\s+", " "));
  }
}
