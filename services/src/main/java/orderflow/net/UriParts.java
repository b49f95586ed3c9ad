package orderflow.net;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an address that a user types. Only this class decodes its %XX, once and as UTF-8.
 * Error messages name the wrong part and never repeat its text, which may be a password.
 *
 * @param user null when there is no user info
 * @param password null when there is none; empty when it is given as empty
 * @param port -1 when there is none
 * @param path not decoded, with the slash; empty when there is none
 * @param query not decoded; null when there is none
 */
public record UriParts(
    String scheme,
    @Nullable String user,
    @Nullable String password,
    String host,
    int port,
    String path,
    @Nullable String query) {
  private static final int MAX_PORT = 65_535;
  private static final int HEX = 16;

  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*");
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9._~-]+|\\[[0-9A-Fa-f:.]+(%25[A-Za-z0-9._~-]+)?\\]");
  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

  /** Characters that need no escape in any part, by RFC 3986. */
  private static final String PLAIN = "-._~!$&'()*+,;=:";

  /**
   * @throws IllegalArgumentException with one line for the user: the wrong part and what to do
   */
  public static UriParts parse(String text) {
    Split split = split(text);
    if (split.colonInPassword() && split.scheme().startsWith("amqp")) {
      throw invalid("user info", "it has more than one colon");
    }
    decode("path", split.path(), "/@");
    if (split.query() != null) {
      decode("query", split.query(), "/?@");
    }
    return new UriParts(
        split.scheme(),
        split.user(),
        split.password(),
        host(split.hostAndPort()),
        port(split.hostAndPort()),
        split.path(),
        split.query());
  }

  /**
   * Refuses an address whose password could be taken for another part, which messages would show.
   *
   * @throws IllegalArgumentException as {@link #parse} does, but not for host, port, path and query
   */
  public static void requireUserInfo(String text) {
    split(text);
  }

  /** User and password are decoded, the rest is not. */
  private record Split(
      String scheme,
      @Nullable String user,
      @Nullable String password,
      boolean colonInPassword,
      String hostAndPort,
      String path,
      @Nullable String query) {}

  private static Split split(String text) {
    int schemeEnd = text.indexOf("://");
    if (schemeEnd < 0 || !SCHEME.matcher(text.substring(0, schemeEnd)).matches()) {
      throw new IllegalArgumentException("not an address: it has no scheme such as amqp://");
    }
    String scheme = text.substring(0, schemeEnd);
    String rest = text.substring(schemeEnd + "://".length());
    int authorityEnd = indexOfAny(rest, "/?#");
    String authority = rest.substring(0, authorityEnd);
    String tail = rest.substring(authorityEnd);
    int at = authority.lastIndexOf('@');
    if (at != authority.indexOf('@')
        || (tail.contains("@")
            && !(scheme.startsWith("http") && isHost(authority.substring(at + 1), at >= 0)))) {
      throw invalid("user info", "it has a character that ends it");
    }
    if (tail.contains("#")) {
      throw invalid("fragment", "an address has none");
    }
    String userInfo = at < 0 ? null : authority.substring(0, at);
    int colon = userInfo == null ? -1 : userInfo.indexOf(':');
    int question = tail.indexOf('?');
    return new Split(
        scheme,
        userInfo == null
            ? null
            : decode("user info", colon < 0 ? userInfo : userInfo.substring(0, colon), ""),
        userInfo == null || colon < 0
            ? null
            : decode("user info", userInfo.substring(colon + 1), ""),
        userInfo != null && colon != userInfo.lastIndexOf(':'),
        authority.substring(at + 1),
        question < 0 ? tail : tail.substring(0, question),
        question < 0 ? null : tail.substring(question + 1));
  }

  /**
   * Decodes each %XX once.
   *
   * @param part for the message
   * @param allowed the ASCII characters that {@code raw} may contain besides letters, digits and
   *     {@code -._~!$&'()*+,;=:}
   * @throws IllegalArgumentException when it contains others, or the result is not UTF-8
   */
  public static String decode(String part, String raw, String allowed) {
    byte[] bytes = raw.getBytes(StandardCharsets.UTF_8);
    ByteBuffer decoded = ByteBuffer.allocate(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '%') {
        int value = i + 2 < bytes.length ? hex(bytes[i + 1], bytes[i + 2]) : -1;
        if (value < 0) {
          throw invalid(part, "a % is not followed by two hexadecimal digits");
        }
        decoded.put((byte) value);
        i += 2;
      } else if (bytes[i] < 0 || isPlain((char) bytes[i], allowed)) {
        decoded.put(bytes[i]);
      } else {
        throw invalid(part, "it has a character that an address must not have");
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString();
    } catch (CharacterCodingException e) {
      throw invalid(part, "its %XX are not UTF-8");
    }
  }

  static IllegalArgumentException invalid(String part, String why) {
    return new IllegalArgumentException(
        ("not an address: its %s is wrong: %s; special characters need %%XX, such as %%40 for @,"
                + " %%2F for /, %%3A for :, %%23 for # and %%25 for %%")
            .formatted(part, why));
  }

  private static int hex(byte high, byte low) {
    int first = Character.digit(high, HEX);
    int second = Character.digit(low, HEX);
    return first < 0 || second < 0 ? -1 : first * HEX + second;
  }

  private static boolean isPlain(char c, String allowed) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || PLAIN.indexOf(c) >= 0
        || allowed.indexOf(c) >= 0;
  }

  /**
   * @param certain whether it must be unmistakable: in {@code u:p@a/b@host}, "a" may be part of a
   *     password
   */
  private static boolean isHost(String hostAndPort, boolean certain) {
    try {
      String host = host(hostAndPort);
      port(hostAndPort);
      return !certain || host.contains(".") || host.startsWith("[") || host.equals("localhost");
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String host(String hostAndPort) {
    String host = hostAndPort.substring(0, hostEnd(hostAndPort));
    if (!HOST.matcher(host).matches()) {
      throw invalid("host", host.isEmpty() ? "there is none" : "it is not a name or an IP address");
    }
    return host;
  }

  private static int port(String hostAndPort) {
    String port = hostAndPort.substring(hostEnd(hostAndPort));
    if (port.isEmpty() || port.equals(":")) {
      return -1;
    }
    return Optional.of(port.substring(1))
        .filter(digits -> PORT.matcher(digits).matches())
        .map(Integer::valueOf)
        .filter(number -> number >= 1 && number <= MAX_PORT)
        .orElseThrow(() -> invalid("port", "it is not a number from 1 to " + MAX_PORT));
  }

  private static int hostEnd(String hostAndPort) {
    int bracket = hostAndPort.indexOf(']');
    int colon = hostAndPort.indexOf(':', Math.max(0, bracket));
    return colon < 0 ? hostAndPort.length() : colon;
  }

  private static int indexOfAny(String text, String characters) {
    for (int i = 0; i < text.length(); i++) {
      if (characters.indexOf(text.charAt(i)) >= 0) {
        return i;
      }
    }
    return text.length();
  }

  /** Without the password, so that it can be logged. */
  @Override
  public String toString() {
    return scheme + "://" + host + (port < 0 ? "" : ":" + port) + path;
  }
}
