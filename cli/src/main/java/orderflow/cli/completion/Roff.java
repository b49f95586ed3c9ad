package orderflow.cli.completion;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes roff with the macros of man(7). */
final class Roff {
  private final StringBuilder out = new StringBuilder();

  /** Keeps lines with columns as a block; fills other lines in paragraphs. */
  void prose(List<String> lines) {
    boolean newParagraph = false;
    boolean block = false;
    for (String text : lines) {
      boolean blank = text.isBlank();
      if (block && (blank || !text.contains("  "))) {
        raw(".fi\n.RE");
        block = false;
      }
      if (!blank && newParagraph) {
        raw(".PP");
      }
      if (!block && text.contains("  ")) {
        raw(".RS 4\n.nf");
        block = true;
      }
      if (!blank) {
        line(block ? text.replaceFirst("^  ", "") : text);
      }
      newParagraph = blank;
    }
    if (block) {
      raw(".fi\n.RE");
    }
  }

  /** Short entries without blank lines between them. */
  void table(List<Map.Entry<String, String>> rows) {
    int width = rows.stream().mapToInt(row -> row.getKey().length()).max().orElse(0) + 2;
    raw(".PP\n.PD 0");
    for (Map.Entry<String, String> row : rows) {
      raw(".TP " + width + "\n" + bold(row.getKey()));
      line(row.getValue());
    }
    raw(".PD");
  }

  void section(String title) {
    request(".SH", title);
  }

  void subsection(String title) {
    request(".SS", title);
  }

  void entry(String tag, String text) {
    raw(".TP\n" + tag);
    line(text);
  }

  void request(String name, String... arguments) {
    raw(
        name
            + Stream.of(arguments)
                .map(argument -> " \"" + escaped(argument) + "\"")
                .collect(Collectors.joining()));
  }

  void line(String text) {
    String escaped = escaped(text);
    raw(escaped.startsWith(".") ? "\\&" + escaped : escaped);
  }

  void raw(String text) {
    out.append(text).append('\n');
  }

  static String bold(String text) {
    return "\\fB" + escaped(text) + "\\fR";
  }

  static String italic(String text) {
    return "\\fI" + escaped(text) + "\\fR";
  }

  /** Prevents typographic quotes and dashes in text that users may copy. */
  private static String escaped(String text) {
    return text.replace("\\", "\\(rs")
        .replace("-", "\\-")
        .replace("'", "\\(aq")
        .replace("\"", "\\(dq")
        .replace("`", "\\(ga")
        .replace("^", "\\(ha")
        .replace("~", "\\(ti");
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
