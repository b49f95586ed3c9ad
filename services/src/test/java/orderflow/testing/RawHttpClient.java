package orderflow.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An HTTP client that sends the given bytes and parses responses strictly. */
public final class RawHttpClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;
  private static final int DRIP_MILLIS = 20;

  private final Socket socket;
  private final PushbackInputStream in;

  public RawHttpClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new PushbackInputStream(socket.getInputStream());
  }

  /** A response; the body has one character per byte. */
  public record Reply(int status, Map<String, String> headers, String body) {
    /** Empty when the header is absent. */
    public String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
  }

  /** Sends one request on its own connection. */
  public static Reply once(int port, String request) throws IOException {
    try (RawHttpClient client = new RawHttpClient(port)) {
      return client.send(request).read();
    }
  }

  /** A complete request. */
  public static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n";
  }

  /** A complete request whose body has one byte per character. */
  public static String post(String path, String body, String... headers) {
    return request("POST", path, body, headers);
  }

  /** A complete request of any method whose body has one byte per character. */
  public static String request(String method, String path, String body, String... headers) {
    return "%s %s HTTP/1.1\r\nHost: test\r\nContent-Length: %d\r\n%s\r\n%s"
        .formatted(method, path, body.length(), lines(headers), body);
  }

  /** A request with encoded chunks. */
  public static String chunked(String path, String chunks) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
        + chunks;
  }

  /** Header lines. */
  public static String lines(String... headers) {
    return headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
  }

  /** Sends one byte per character. */
  public RawHttpClient send(String text) throws IOException {
    return send(text.getBytes(ISO_8859_1));
  }

  public RawHttpClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** Closes the output. */
  public RawHttpClient halfClose() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** The next response, to a HEAD request: without a body. */
  public Reply readHead() throws IOException {
    String statusLine = readLine();
    if (!statusLine.startsWith("HTTP/1.1 ")) {
      throw new IOException("not a status line: " + statusLine);
    }
    Map<String, String> headers = new TreeMap<>();
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      int colon = line.indexOf(": ");
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      if (headers.put(name, line.substring(colon + 2)) != null) {
        throw new IOException("header sent twice: " + name);
      }
    }
    return new Reply(Integer.parseInt(statusLine.substring(9, 12)), headers, "");
  }

  /** The next response. */
  public Reply read() throws IOException {
    Reply head = readHead();
    int length = Integer.parseInt(head.headers().getOrDefault("content-length", "0"));
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the body ended early");
    }
    return new Reply(head.status(), head.headers(), new String(body, ISO_8859_1));
  }

  /** Sends {@code start}, then {@code drop} repeatedly until the response arrives. */
  public Reply drip(String start, String drop) throws Exception {
    send(start);
    CompletableFuture<Reply> reply =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return read();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            task -> Thread.ofVirtual().start(task));
    while (true) {
      try {
        return reply.get(DRIP_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        send(drop);
      }
    }
  }

  /** Whether the server closes the connection without another byte. */
  public boolean isClosedByServer() throws IOException {
    int next = in.read();
    if (next >= 0) {
      in.unread(next);
    }
    return next < 0;
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("ended after: " + line);
      }
      line.append((char) b);
    }
    if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
      throw new IOException("line without CR: " + line);
    }
    return line.substring(0, line.length() - 1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
