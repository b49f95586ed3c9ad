package orderflow.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.helidon.http.Status;
import java.util.Arrays;

/** An answer as the bytes of a last message on a connection, for where the engine has no say. */
final class RawAnswer {
  private RawAnswer() {}

  static byte[] bytes(Answer answer) {
    StringBuilder head = new StringBuilder(256);
    Status status = Status.create(answer.status());
    head.append("HTTP/1.1 ").append(status.code()).append(' ').append(status.reasonPhrase());
    answer.headers().forEach((name, value) -> append(head, name, value));
    append(head, "Connection", "close");
    append(head, "Content-Length", Integer.toString(answer.body().length));
    byte[] start = head.append("\r\n\r\n").toString().getBytes(US_ASCII);
    byte[] bytes = Arrays.copyOf(start, start.length + answer.body().length);
    System.arraycopy(answer.body(), 0, bytes, start.length, answer.body().length);
    return bytes;
  }

  private static void append(StringBuilder head, String name, String value) {
    head.append("\r\n").append(name).append(": ").append(value);
  }
}
