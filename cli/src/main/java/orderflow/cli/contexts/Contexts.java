package orderflow.cli.contexts;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;

/**
 * The content of the context file. Immutable.
 *
 * @param chosen the name of the current context; null for none
 * @param byName the values of each context, by the option's name without dashes
 */
public record Contexts(
    @Nullable ContextValue chosen, SortedMap<String, SortedMap<String, ContextValue>> byName) {
  public static final Contexts EMPTY = new Contexts(null, new TreeMap<>());
  static final String CURRENT = "current";
  static final String CONTEXT = "context";
  static final String HEADER = "# Written by 'orderflow context', which keeps no comments.";

  public Contexts {
    SortedMap<String, SortedMap<String, ContextValue>> copy = new TreeMap<>();
    byName.forEach(
        (name, values) -> copy.put(name, Collections.unmodifiableSortedMap(new TreeMap<>(values))));
    byName = Collections.unmodifiableSortedMap(copy);
  }

  /** The name of the current context; null for none. */
  public @Nullable String current() {
    return chosen == null ? null : chosen.value();
  }

  /** The values of a context; empty when it does not exist. */
  public SortedMap<String, ContextValue> valuesOf(String name) {
    return byName.getOrDefault(name, Collections.emptySortedMap());
  }

  /** The error for a context that does not exist. */
  public String notFound(String name) {
    return "context '%s' not found; %s"
        .formatted(
            name,
            byName.isEmpty()
                ? "add one with 'orderflow context add'"
                : "existing contexts: " + String.join(", ", byName.keySet()));
  }

  /** Adds or replaces a context. */
  public Contexts with(String name, Map<String, String> values) {
    SortedMap<String, ContextValue> added = new TreeMap<>();
    values.forEach((option, value) -> added.put(option, ContextValue.of(value)));
    SortedMap<String, SortedMap<String, ContextValue>> all = new TreeMap<>(byName);
    all.put(name, added);
    return new Contexts(chosen, all);
  }

  /** Removes a context; there is no current one after that if it was the current one. */
  public Contexts without(String name) {
    SortedMap<String, SortedMap<String, ContextValue>> all = new TreeMap<>(byName);
    all.remove(name);
    return new Contexts(name.equals(current()) ? null : chosen, all);
  }

  /** Sets the current context; null for none. */
  public Contexts using(@Nullable String name) {
    return new Contexts(name == null ? null : ContextValue.of(name), byName);
  }

  String toToml() {
    var text = new StringBuilder(HEADER + "\n");
    if (chosen != null) {
      text.append(CURRENT).append(" = ").append(quoted(chosen.value())).append('\n');
    }
    byName.forEach((name, values) -> {
      text.append("\n[").append(CONTEXT).append('.').append(quoted(name)).append("]\n");
      values.forEach((option, value) ->
          text.append(option).append(" = ").append(quoted(value.value())).append('\n'));
    });
    return text.toString();
  }

  private static String quoted(String text) {
    return '"' + Toml.tomlEscape(text).toString() + '"';
  }
}
