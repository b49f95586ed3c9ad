package orderflow.cli.prove.report;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orderflow.cli.view.Text;

/** Escapes text for HTML, and fills templates. */
final class Html {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([a-z-]+)}}");

  private Html() {}

  /** {@code text} for an element, or an attribute in double quotes. */
  static String escaped(String text) {
    return Text.printable(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** The same JSON without characters that could end its script element. */
  static String inScript(String json) {
    return json.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e");
  }

  /**
   * {@code template} with each {@code {{name}}} replaced once.
   *
   * @throws IllegalArgumentException when a name has no value
   */
  static String filled(String template, Map<String, String> values) {
    return PLACEHOLDER
        .matcher(template)
        .replaceAll(placeholder -> {
          String value = values.get(placeholder.group(1));
          if (value == null) {
            throw new IllegalArgumentException("nothing for " + placeholder.group());
          }
          return Matcher.quoteReplacement(value);
        });
  }
}
