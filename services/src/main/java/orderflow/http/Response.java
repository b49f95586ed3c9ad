package orderflow.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpStatus;
import tools.jackson.databind.json.JsonMapper;

/**
 * The response to a request. The arrays and maps are not copied: do not change them afterwards.
 *
 * @param status HTTP status, 200 to 599
 * @param headers further headers, the content type included; length, date and connection are added
 *     by the server. Names must be tokens and values printable ASCII, so that no input can forge a
 *     header
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way to a socket, never compared
public record Response(int status, byte[] body, Map<String, String> headers) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
  private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]*");
  private static final byte[] NOTHING = {};

  static final Map<String, String> JSON_TYPE = Map.of("Content-Type", "application/json");

  public Response {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status must be 200 to 599, not " + status);
    }
    if (body.length > 0 && (status == 204 || status == 205 || status == 304)) {
      throw new IllegalArgumentException("a response " + status + " has no body");
    }
    if (!headers.equals(JSON_TYPE)) {
      headers.forEach(Response::checkHeader);
    }
  }

  /** {@code value}, a map or a record, as JSON. */
  public static Response json(int status, Object value) {
    return new Response(status, toJson(value), JSON_TYPE);
  }

  /** {@code body}, which is JSON already. */
  public static Response json(int status, byte[] body) {
    return new Response(status, body, JSON_TYPE);
  }

  /** No body. */
  public static Response empty(int status) {
    return new Response(status, NOTHING, Map.of());
  }

  /** The head and the body of a JSON response after which the connection closes. */
  ByteBuffer[] encodeAsLast() {
    String head =
        "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
            .formatted(status, HttpStatus.getMessage(status), body.length);
    return new ByteBuffer[] {ByteBuffer.wrap(head.getBytes(US_ASCII)), ByteBuffer.wrap(body)};
  }

  static byte[] toJson(Object value) {
    return Json.MAPPER.writeValueAsBytes(value);
  }

  /** Apart, so that a server starts without loading Jackson. */
  private static final class Json {
    static final JsonMapper MAPPER = JsonMapper.builder().build();
  }

  private static void checkHeader(String name, String value) {
    if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
      throw new IllegalArgumentException("not a valid header name or value");
    }
  }
}
