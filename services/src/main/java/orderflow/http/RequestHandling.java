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
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  private final ClientConnection client;
  private final org.eclipse.jetty.server.Request request;
  private final String method;
  private boolean bodyUnread;
  private boolean misframed;
  private @Nullable Resource resource;
  private int reserved;

  RequestHandling(ClientConnection client, org.eclipse.jetty.server.Request request) {
    this.client = client;
    this.request = request;
    this.method = request.getMethod();
    this.bodyUnread = request.getLength() > 0 || isChunked();
  }

  /**
   * The response, an error's included.
   *
   * @throws ClientConnection.EndedException when the connection has ended
   */
  Response response(
      RouteTable table, RequestRules rules, HttpSettings settings, MemoryBudget budget) {
    try {
      return client.isRefused()
          ? Problems.overloaded().response()
          : handle(table, rules, settings, budget);
    } catch (HttpProblem problem) {
      return problem.response();
    } catch (ClientConnection.EndedException e) {
      throw e;
    } catch (InterruptedException e) {
      // Only a server that closes interrupts, and this thread ends with its connection.
      return Problems.stopping().response();
    } catch (Exception | StackOverflowError | OutOfMemoryError e) {
      LOG.error("{} {} failed", method, resource == null ? "?" : resource.pattern(), e);
      return Problems.internal().response();
    } finally {
      budget.release(reserved);
    }
  }

  /** Whether the connection cannot carry another request after this one. */
  boolean isLast() {
    return bodyUnread
        || misframed
        || client.isRefused()
        || isOldVersion()
        || request.getHeaders().contains(HttpHeader.CONNECTION, "close");
  }

  boolean isHead() {
    return method.equals("HEAD");
  }

  void count(HttpMetrics metrics, int status, long nanos) {
    if (resource == null) {
      metrics.rejected(status, nanos);
    } else {
      metrics.served(resource, method, status, nanos);
    }
  }

  private Response handle(
      RouteTable table, RequestRules rules, HttpSettings settings, MemoryBudget budget)
      throws Exception {
    HttpURI uri = request.getHttpURI();
    HttpFields headers = request.getHeaders();
    checkFraming(headers);
    if (method.equals("OPTIONS") && "*".equals(uri.getPath())) {
      rules.checkToken(headers);
      return new Response(200, NO_BODY, Map.of("Allow", table.allow()));
    }
    RouteTable.Match match = table.find(path(uri));
    if (match == null || !Builtins.isPublic(match.resource().pattern())) {
      rules.checkToken(headers);
    }
    if (match == null) {
      throw Problems.notFound();
    }
    resource = match.resource();
    Endpoint endpoint = resource.endpoint(method);
    if (endpoint == null) {
      if (method.equals("OPTIONS")) {
        return new Response(200, NO_BODY, Map.of("Allow", resource.allow()));
      }
      throw Problems.methodNotAllowed(resource.allow());
    }
    byte[] body = NO_BODY;
    if (bodyUnread) {
      RequestRules.checkContent(headers);
      body = readBody(settings.maxBody(), budget);
    }
    client.startWork();
    String query = uri.getQuery();
    return endpoint.handle(new Request(match.values(), query == null ? "" : query, body));
  }

  /** Jetty takes other codings before {@code chunked}, chunks of HTTP/1.0, and some bad methods. */
  private void checkFraming(HttpFields headers) {
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

  /** As sent; Jetty's normalised path would hide what the client asked for. */
  private String path(HttpURI uri) {
    String path = uri.getPath();
    String scheme = uri.getScheme();
    if (path == null
        || method.equals("CONNECT")
        || !path.startsWith("/")
        || !("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))) {
      throw Problems.ofStatus(400);
    }
    return path;
  }

  private boolean isChunked() {
    return request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
  }

  private byte[] readBody(int maxBody, MemoryBudget budget) {
    long declared = request.getLength();
    if (declared > maxBody) {
      throw Problems.ofStatus(413);
    }
    reserved = budget.reserve(declared < 0 ? maxBody : (int) declared);
    client.startBody();
    try {
      InputStream in = Content.Source.asInputStream(request);
      byte[] body = declared < 0 ? readChunks(in, maxBody) : readAll(in, (int) declared);
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

  private static byte[] readChunks(InputStream in, int maxBody) throws IOException {
    var body = new ByteArrayOutputStream();
    byte[] buffer = new byte[4096];
    for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
      body.write(buffer, 0, length);
      if (body.size() > maxBody) {
        throw Problems.ofStatus(413);
      }
    }
    return body.toByteArray();
  }
}
