package orderflow.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Hands a connection's first request to the engine, which knows HTTP/1.1 only, as such even if it
 * is HTTP/1.0: as proxies and load balancers speak it. The answer ends the connection, as a client
 * of that version expects (RFC 9112, 9.3), so there is no second request.
 */
final class OlderVersion {
  private static final int MAX_REQUEST_LINE = 4 * 1024;
  private static final int MAX_HEAD = MAX_REQUEST_LINE + 16 * 1024;
  private static final String VERSION = " HTTP/1.0\r\n";

  private OlderVersion() {}

  /**
   * @param start the first bytes of a request
   * @param more reads on
   * @return them, and what was read on, with a head that the engine understands
   */
  static byte[] translated(byte[] start, Supplier<byte[]> more) {
    String text = new String(start, ISO_8859_1);
    while (text.indexOf('\n') < 0 && text.length() <= MAX_REQUEST_LINE && isPrintable(text)) {
      text += new String(more.get(), ISO_8859_1);
    }
    int line = text.indexOf('\n') + 1;
    if (line == 0 || !text.substring(0, line).endsWith(VERSION)) {
      return text.getBytes(ISO_8859_1);
    }
    while (!text.contains("\r\n\r\n") && text.length() <= MAX_HEAD) {
      text += new String(more.get(), ISO_8859_1);
    }
    int end = text.indexOf("\r\n\r\n");
    return end < 0
        ? text.getBytes(ISO_8859_1)
        : (head(text.substring(0, end)) + text.substring(end)).getBytes(ISO_8859_1);
  }

  private static boolean isPrintable(String text) {
    return text.chars().allMatch(c -> (c >= ' ' && c <= '~') || c == '\r');
  }

  /** The same request in the later version, without what the earlier one does not have. */
  private static String head(String head) {
    List<String> lines = new ArrayList<>(List.of(head.split("\r\n", -1)));
    String requestLine = lines.removeFirst();
    lines.removeIf(line -> isNamed(line, "connection") || isNamed(line, "expect"));
    if (lines.stream().anyMatch(line -> isNamed(line, "transfer-encoding"))) {
      throw Problems.malformed("HTTP/1.0 has no transfer codings"); // RFC 9112, 6.1
    }
    if (lines.stream().noneMatch(line -> isNamed(line, "host"))) {
      lines.add("Host: localhost");
    }
    lines.add("Connection: close");
    int version = requestLine.length() - VERSION.strip().length();
    return requestLine.substring(0, version) + "HTTP/1.1\r\n" + String.join("\r\n", lines);
  }

  private static boolean isNamed(String line, String name) {
    return line.toLowerCase(Locale.ROOT).startsWith(name + ":");
  }
}
