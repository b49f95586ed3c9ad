package orderflow.cli.prove.report;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orderflow.cli.view.Text;

/** Text that becomes part of a page without becoming markup. */
final class Html {
  private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z-]+)}}");

  private Html() {}

  /** {@code text} between tags, or in an attribute with double quotes. */
  static String escaped(String text) {
    var html = new StringBuilder(text.length());
    Text.printable(text)
        .codePoints()
        .forEach(c -> {
          switch (c) {
            case '&' -> html.append("&amp;");
            case '<' -> html.append("&lt;");
            case '>' -> html.append("&gt;");
            case '"' -> html.append("&quot;");
            case '\'' -> html.append("&#39;");
            default -> html.appendCodePoint(c);
          }
        });
    return html.toString();
  }

  /** The same JSON, with nothing in it that could end the script element it stands in. */
  static String inScript(String json) {
    return json.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e");
  }

  /**
   * {@code template} with each {@code {{name}}} replaced. What is put in is not searched again.
   *
   * @throws IllegalArgumentException when a name has no value
   */
  static String filled(String template, Map<String, String> values) {
    return PLACE
        .matcher(template)
        .replaceAll(place -> {
          String value = values.get(place.group(1));
          if (value == null) {
            throw new IllegalArgumentException("nothing for " + place.group());
          }
          return Matcher.quoteReplacement(value);
        });
  }
}
