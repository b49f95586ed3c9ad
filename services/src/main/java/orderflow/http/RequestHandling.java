package orderflow.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request on its way to its response. Used by one thread, once. */
final class RequestHandling {
  private static final Logger LOG = LoggerFactory.getLogger(RequestHandling.class);
  private static final byte[] NO_BODY = {};
  private static final int BUFFER = 4096;
  private static final int LARGE_BODY = 64 * 1024;
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern JSON = Pattern.compile("(?i)\\s*application/json\\s*(;.*)?");

  private final long start = System.nanoTime();
  private final HttpMetrics metrics;
  private final ClientConnection client;
  private final org.eclipse.jetty.server.Request request;
  private final String method;
  private final HttpFields headers;
  private boolean bodyUnread;
  private boolean misframed;
  private Routes.@Nullable Route route;

  RequestHandling(
      ClientConnection client, org.eclipse.jetty.server.Request request, HttpMetrics metrics) {
    this.client = client;
    this.metrics = metrics;
    this.request = request;
    this.method = request.getMethod();
    this.headers = request.getHeaders();
    this.bodyUnread = request.getLength() > 0 || headers.contains(HttpHeader.TRANSFER_ENCODING);
  }

  /**
   * The response, an error's included.
   *
   * @throws ClientConnection.EndedException when the connection has ended
   */
  Response response(Routes routes, HttpSettings settings, MemoryBudget budget) {
    var memory = budget.share();
    try {
      return client.isRefused()
          ? Problems.overloaded().response()
          : handle(routes, settings, memory);
    } catch (HttpProblem problem) {
      return problem.response();
    } catch (ClientConnection.EndedException e) {
      throw e;
    } catch (InterruptedException e) {
      // Only a server that closes interrupts, and this thread ends with its connection.
      return Problems.stopping().response();
    } catch (Throwable e) {
      LOG.error("{} {} failed", method, route == null ? "?" : route.pattern(), e);
      return Problems.internal().response();
    } finally {
      memory.release();
    }
  }

  /** Whether the connection cannot carry another request after this one. */
  boolean isLast() {
    return bodyUnread
        || misframed
        || client.isRefused()
        || isOldVersion()
        || headers.contains(HttpHeader.CONNECTION, "close");
  }

  /** Whether this asks for the server's health or metrics. */
  boolean isMonitoring() {
    return route != null && (route.isPublic() || route.pattern().equals("/metrics"));
  }

  boolean isHead() {
    return method.equals("HEAD");
  }

  void count(int status) {
    long nanos = System.nanoTime() - start;
    if (route == null) {
      metrics.rejected(status, nanos);
    } else {
      metrics.served(route, method, status, nanos);
    }
  }

  private Response handle(Routes routes, HttpSettings settings, MemoryBudget.Share memory)
      throws Exception {
    HttpURI uri = request.getHttpURI();
    String query = uri.getQuery() == null ? "" : uri.getQuery();
    checkFraming();
    if (method.equals("OPTIONS") && "*".equals(uri.getPath())) {
      checkToken(settings.token());
      return allow(routes.allow());
    }
    Routes.Match match = routes.find(path(uri));
    Paths.decode(query); // refused even if no endpoint reads it
    if (match == null || !match.route().isPublic()) {
      checkToken(settings.token());
    }
    if (match == null) {
      throw Problems.notFound();
    }
    route = match.route();
    Endpoint endpoint = route.endpoint(method);
    if (endpoint == null) {
      if (method.equals("OPTIONS")) {
        return allow(route.allow());
      }
      throw Problems.methodNotAllowed(route.allow());
    }
    byte[] body = NO_BODY;
    if (bodyUnread) {
      checkContent();
      body = readBody(settings.maxBody(), memory);
    }
    client.startWork();
    return endpoint.handle(new Request(match.values(), query, body));
  }

  private static Response allow(String methods) {
    return new Response(200, NO_BODY, Map.of("Allow", methods));
  }

  /** Jetty takes other codings before {@code chunked}, chunks of HTTP/1.0, and some bad methods. */
  private void checkFraming() {
    List<String> codings = headers.getCSV(HttpHeader.TRANSFER_ENCODING, false);
    if (!codings.isEmpty() && isOldVersion()) {
      throw Problems.ofStatus(400); // RFC 9112, 6.1
    }
    if (codings.size() > 1) {
      throw Problems.ofStatus(501); // RFC 9112, 6.1
    }
    if (HttpMethod.fromString(method) == null && !TOKEN.matcher(method).matches()) {
      misframed = true;
      throw Problems.ofStatus(400); // RFC 9110, 9.1
    }
  }

  private boolean isOldVersion() {
    return request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_0;
  }

  private void checkToken(@Nullable String token) {
    if (token != null
        && !BearerToken.isIn(headers.getValuesList(HttpHeader.AUTHORIZATION), token)) {
      throw Problems.unauthorized();
    }
  }

  /** The body must be declared as plain JSON, or not at all. */
  private void checkContent() {
    List<String> codings = headers.getCSV(HttpHeader.CONTENT_ENCODING, false);
    if (!codings.stream().allMatch("identity"::equalsIgnoreCase)) {
      throw Problems.encoded();
    }
    List<String> types = headers.getValuesList(HttpHeader.CONTENT_TYPE);
    if (types.size() > 1 || !types.stream().allMatch(type -> JSON.matcher(type).matches())) {
      throw Problems.notJson();
    }
  }

  /** As sent: Jetty's normalised path would hide what the client asked for. */
  private String path(HttpURI uri) {
    String path = uri.getPath();
    String scheme = String.valueOf(uri.getScheme());
    if (path == null
        || !path.startsWith("/")
        || method.equals("CONNECT")
        || !(scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"))
        || uri.getUser() != null // RFC 9110, 4.2.4
        || uri.getFragment() != null
        || uri.getPort() > 0xffff) {
      throw Problems.ofStatus(400);
    }
    if (scheme.equalsIgnoreCase("https") && !client.usesTls()) {
      throw Problems.misdirected(); // RFC 9110, 7.4
    }
    return path;
  }

  private byte[] readBody(int maxBody, MemoryBudget.Share memory) {
    long declared = request.getLength();
    if (declared > maxBody) {
      throw Problems.ofStatus(413);
    }
    boolean large = declared > LARGE_BODY;
    if (large) {
      memory.add((int) declared); // refuses it before it is sent
    }
    client.startBody(this::count);
    try {
      InputStream in = Content.Source.asInputStream(request);
      boolean small = declared >= 0 && declared <= BUFFER;
      byte[] body =
          large || small ? readAll(in, (int) declared) : readAsItArrives(in, maxBody, memory);
      bodyUnread = false;
      return body;
    } catch (IOException e) {
      throw Problems.ofStatus(400);
    }
  }

  private static byte[] readAll(InputStream in, int length) throws IOException {
    byte[] body = new byte[length];
    if (in.readNBytes(body, 0, length) < length) {
      throw new EOFException();
    }
    return body;
  }

  /** Takes no memory for what has not arrived: slow clients could reserve the whole budget. */
  private static byte[] readAsItArrives(InputStream in, int maxBody, MemoryBudget.Share memory)
      throws IOException {
    var body = new ByteArrayOutputStream();
    byte[] buffer = new byte[BUFFER];
    for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
      if (body.size() + length > maxBody) {
        throw Problems.ofStatus(413);
      }
      memory.add(length);
      body.write(buffer, 0, length);
    }
    return body.toByteArray();
  }
}
