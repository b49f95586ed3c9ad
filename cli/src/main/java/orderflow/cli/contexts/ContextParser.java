package orderflow.cli.contexts;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Reads contexts from TOML, and says where whatever is wrong stands. */
final class ContextParser {
  private final Path file;
  private final Set<String> options;

  ContextParser(Path file, Set<String> options) {
    this.file = file;
    this.options = options;
  }

  /**
   * @throws ConfigException as "FILE:LINE:COLUMN: why"
   */
  Contexts read(String text) {
    TomlParseResult toml = Toml.parse(text);
    if (toml.hasErrors()) {
      TomlParseError first = toml.errors().getFirst();
      throw wrong(first.position(), String.valueOf(first.getMessage()));
    }
    ContextValue current = null;
    SortedMap<String, SortedMap<String, ContextValue>> byName = new TreeMap<>();
    for (String key : toml.keySet()) {
      Object value = toml.get(List.of(key));
      if (key.equals(Contexts.CURRENT) && value instanceof String name) {
        current = setting(name, toml.inputPositionOf(List.of(key)));
      } else if (key.equals(Contexts.CONTEXT) && value instanceof TomlTable contexts) {
        readAll(contexts, byName);
      } else if (key.equals(Contexts.CURRENT)) {
        throw wrong(
            toml.inputPositionOf(List.of(key)), "current wants a context's name, as a text");
      } else {
        throw wrong(
            toml.inputPositionOf(List.of(key)),
            "'%s' is not understood; there is current = \"NAME\", and [context.NAME]"
                .formatted(key));
      }
    }
    return new Contexts(current, byName);
  }

  private void readAll(
      TomlTable contexts, SortedMap<String, SortedMap<String, ContextValue>> byName) {
    for (String name : contexts.keySet()) {
      if (!(contexts.get(List.of(name)) instanceof TomlTable settings)) {
        throw wrong(
            contexts.inputPositionOf(List.of(name)),
            "'" + name + "' is no table; write [context." + name + "]");
      }
      SortedMap<String, ContextValue> read = new TreeMap<>();
      for (String option : settings.keySet()) {
        TomlPosition position = settings.inputPositionOf(List.of(option));
        if (!options.contains(option)) {
          throw wrong(
              position,
              "a context has no '%s'; it has %s"
                  .formatted(option, String.join(", ", new TreeSet<>(options))));
        }
        read.put(option, setting(text(option, settings.get(List.of(option)), position), position));
      }
      byName.put(name, read);
    }
  }

  private String text(String option, @Nullable Object value, @Nullable TomlPosition position) {
    return switch (value) {
      case String text -> text;
      case Boolean flag -> flag.toString();
      case null, default -> throw wrong(position, option + " wants a text, or true or false");
    };
  }

  private static ContextValue setting(String value, @Nullable TomlPosition position) {
    return position == null
        ? ContextValue.unplaced(value)
        : new ContextValue(value, position.line(), position.column());
  }

  private ConfigException wrong(@Nullable TomlPosition position, String why) {
    String where = position == null ? "" : ":" + position.line() + ":" + position.column();
    return new ConfigException(file + where + ": " + why.replaceAll("\\s+", " "), null);
  }
}
