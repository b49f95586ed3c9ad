package orderflow.cli.prove.variants;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import orderflow.cli.prove.variants.Variant.Change;
import org.jspecify.annotations.Nullable;

/**
 * Reads the planted variants. A list has one section for each:
 *
 * <pre>
 * ## name
 * The description, in one line.
 * scenarios: happy-path backlog
 * words: user, differs
 * file: event/InventoryOutcome.java
 * -  the lines to replace
 * +  the lines that replace them
 * </pre>
 *
 * <p>{@code brokers: rabbitmq} names the broker on which alone it can be found, and {@code open:
 * reason} says why {@code verify} does not find it yet.
 *
 * <p>A line that begins with a space stands in both. A blank line ends a replacement; another one
 * in the same file may follow.
 */
final class VariantList {
  private static final List<String> LISTS =
      List.of("order", "inventory", "notification", "delivery", "messaging", "store");

  private final List<Variant> variants = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<String> from = new ArrayList<>();
  private final List<String> to = new ArrayList<>();
  private @Nullable String name;
  private String description = "";
  private List<String> scenarios = List.of();
  private List<String> words = List.of();
  private List<String> brokers = Variant.BROKERS;
  private String open = "";
  private String file = "";

  private VariantList() {}

  /** All variants, in the order of the lists. */
  static List<Variant> all() {
    List<Variant> all = new ArrayList<>();
    for (String list : LISTS) {
      all.addAll(parse(text(list + ".txt")));
    }
    return all;
  }

  private static String text(String resource) {
    try (InputStream in = VariantList.class.getResourceAsStream(resource)) {
      return new String(
          Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + resource, e);
    }
  }

  static List<Variant> parse(String text) {
    var list = new VariantList();
    text.lines().forEach(list::add);
    list.endVariant();
    return list.variants;
  }

  private void add(String line) {
    if (line.startsWith("## ")) {
      endVariant();
      name = line.substring(3).strip();
    } else if (name == null || line.startsWith("# ")) {
      return; // the head of the list, or a comment
    } else if (line.startsWith("-")) {
      from.add(line.substring(1).strip());
    } else if (line.startsWith("+")) {
      to.add(line.substring(1).strip());
    } else if (line.isBlank()) {
      endChange();
    } else if (line.startsWith(" ")) {
      from.add(line.strip());
      to.add(line.strip());
    } else if (line.startsWith("file: ")) {
      endChange();
      file = value(line);
    } else if (line.startsWith("scenarios: ")) {
      scenarios = List.of(value(line).split(" +"));
    } else if (line.startsWith("words: ")) {
      words = Arrays.stream(value(line).split(",")).map(String::strip).toList();
    } else if (line.startsWith("brokers: ")) {
      brokers = List.of(value(line).split(" +"));
    } else if (line.startsWith("open: ")) {
      open = value(line);
    } else {
      description = line;
    }
  }

  private static String value(String line) {
    return line.substring(line.indexOf(':') + 1).strip();
  }

  private void endChange() {
    if (!from.isEmpty()) {
      changes.add(new Change(file, List.copyOf(from), List.copyOf(to)));
      from.clear();
      to.clear();
    }
  }

  private void endVariant() {
    endChange();
    if (name != null) {
      variants.add(
          new Variant(name, description, scenarios, words, brokers, open, List.copyOf(changes)));
    }
    changes.clear();
    name = null;
    description = "";
    scenarios = List.of();
    words = List.of();
    brokers = Variant.BROKERS;
    open = "";
    file = "";
  }
}
