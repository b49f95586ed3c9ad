package orderflow.badinput;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * One row of the HTTP catalogue.
 *
 * @param request all of it, one byte a character
 * @param closes whether the connection is of no use afterwards
 */
record BadRequest(String name, String request, int status, boolean closes) {
  static BadRequest closing(String name, String request, int status) {
    return new BadRequest(name, request, status, true);
  }

  static BadRequest goingOn(String name, String request, int status) {
    return new BadRequest(name, request, status, false);
  }

  /** The bytes of {@code text} in UTF-8, one a character. */
  static String utf8(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  @Override
  public String toString() {
    return name;
  }
}
