package orderflow.cli.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.Redaction;
import orderflow.net.HttpCall;
import orderflow.tls.TlsFailure;
import orderflow.tls.TlsProbe;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** JSON over HTTP to one service. Thread-safe. */
public abstract class ServiceClient implements AutoCloseable {
  static final int OK = 200;
  static final int ACCEPTED = 202;
  static final int UNAUTHORIZED = 401;
  static final int NOT_FOUND = 404;
  static final int SERVER_ERROR = 500;
  static final Duration TIMEOUT = Duration.ofSeconds(15);

  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int NOT_IMPLEMENTED = 501;
  private static final int MAX_PORT = 65_535;
  private static final int HTTP_PORT = 80;
  private static final int PAGE_SIZE = 1_000;

  private final ServiceName name;
  private final URI base;
  private final ServiceAccess access;
  private final HttpClient http;

  /** A response; its body is a missing node when it is not JSON. */
  record Reply(int status, JsonNode body) {
    /** The status and the error message, if there is one. */
    String problem() {
      String message = body.path("error").path("message").stringValue("");
      return "HTTP " + status + (message.isEmpty() ? "" : ": " + message);
    }
  }

  ServiceClient(ServiceName name, URI base, ServiceAccess access) {
    this.name = name;
    this.base = base;
    this.access = access;
    this.http = access.http();
  }

  public final ServiceName name() {
    return name;
  }

  public final URI base() {
    return base;
  }

  /**
   * @param source of the address, for the message: an option, a variable or a context
   * @throws CliException when this cannot be a service's address; a password is masked
   */
  static void requireUsable(String source, URI base) {
    if (base.getRawUserInfo() != null) {
      throw new CliException(
          ExitCode.USAGE,
          "%s: services take no user and password: remove them from '%s' and use --token"
              .formatted(source, Redaction.mask(base)));
    }
    if (base.getScheme() == null
        || !(base.getScheme().equals("http") || base.getScheme().equals("https"))
        || base.getHost() == null
        || base.getPort() > MAX_PORT) {
      throw new CliException(
          ExitCode.USAGE,
          "%s: '%s' is not a valid address (example: http://localhost:8001)%s"
              .formatted(
                  source,
                  Redaction.mask(base),
                  base.toString().contains("_") ? "; a host name has no underscore" : ""));
    }
  }

  /** Percent-encodes an id for a path. */
  static String segment(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
  }

  final HttpRequest.Builder request(String path) {
    String root = base.toString().replaceFirst("/$", "");
    return access.authorized(HttpRequest.newBuilder(URI.create(root + path)).timeout(TIMEOUT));
  }

  final Reply get(String path) throws InterruptedException {
    return send(request(path).build());
  }

  final Reply send(String method, String path, byte[] json) throws InterruptedException {
    return send(withBody(method, path, json));
  }

  final HttpRequest withBody(String method, String path, byte[] json) {
    return request(path)
        .header("Content-Type", "application/json")
        .method(method, HttpRequest.BodyPublishers.ofByteArray(json))
        .build();
  }

  /**
   * @throws CliException when the service does not answer or refuses the token
   */
  final Reply send(HttpRequest request) throws InterruptedException {
    Reply reply;
    try {
      reply = reply(sendRaw(request));
    } catch (IOException e) {
      throw failure(e);
    }
    if (reply.status() == UNAUTHORIZED) {
      throw unauthorized();
    }
    return reply;
  }

  final HttpResponse<byte[]> sendRaw(HttpRequest request) throws IOException, InterruptedException {
    return HttpCall.send(
        http, request, HttpResponse.BodyHandlers.ofByteArray(), request.timeout().orElse(TIMEOUT));
  }

  static Reply reply(HttpResponse<byte[]> response) {
    try {
      return new Reply(response.statusCode(), JsonMapper.shared().readTree(response.body()));
    } catch (JacksonException e) {
      return new Reply(response.statusCode(), MissingNode.getInstance());
    }
  }

  /**
   * The resource; empty when it does not exist, or when the service (maybe another program) has no
   * such endpoint.
   *
   * @throws CliException when the service does not answer, or with an error
   */
  final Optional<JsonNode> getIfPresent(String path) throws InterruptedException {
    Reply reply = get(path);
    return switch (reply.status()) {
      case OK -> Optional.of(reply.body());
      case NOT_FOUND, METHOD_NOT_ALLOWED, NOT_IMPLEMENTED -> Optional.empty();
      default ->
          throw new CliException(
              ExitCode.UNREACHABLE,
              "the %s service at %s answers %s; look at its log"
                  .formatted(name, base, reply.problem()));
    };
  }

  /**
   * The body of a reply with status 200.
   *
   * @param action for the message
   * @throws CliException for any other status
   */
  static JsonNode require(Reply reply, String action) {
    if (reply.status() != OK) {
      throw new CliException(ExitCode.UNREACHABLE, action + " failed: " + reply.problem());
    }
    return reply.body();
  }

  /**
   * Reads a list endpoint page by page: every entry whose key begins with {@code prefix}.
   *
   * @param list the endpoint and the field, as {@code orders}
   * @param start the key to start behind; empty for the first
   */
  final void each(String list, String key, String prefix, String start, Consumer<JsonNode> visitor)
      throws InterruptedException {
    each(
        list,
        "",
        start.isEmpty() ? before(prefix) : start,
        entry -> {
          boolean wanted = entry.path(key).stringValue("").startsWith(prefix);
          if (wanted) {
            visitor.accept(entry);
          }
          return wanted;
        });
  }

  /**
   * Reads a list endpoint: every entry about an order whose id begins with {@code prefix}, with all
   * its fields.
   *
   * @param list the endpoint and the field, as {@code orders}
   */
  public final void eachEntry(String list, String prefix, Consumer<JsonNode> visitor)
      throws InterruptedException {
    each(list, "order_id", prefix, "", visitor);
  }

  /**
   * Reads a list endpoint page by page until the visitor returns false.
   *
   * @param filter more query parameters, each followed by an ampersand
   */
  final void each(String list, String filter, String start, Predicate<JsonNode> visitor)
      throws InterruptedException {
    String action = "reading /" + list;
    String after = start;
    while (after != null) {
      String query = filter + "limit=" + PAGE_SIZE + "&after=" + segment(after);
      JsonNode page = require(get("/" + list + "?" + query), action);
      for (JsonNode entry : page.path(list)) {
        if (!visitor.test(entry)) {
          return;
        }
      }
      String next = page.path("next").stringValue(null);
      if (next != null && next.compareTo(after) <= 0) {
        throw new CliException(
            ExitCode.UNREACHABLE, action + " failed: its pages are not in order"); // endless
      }
      after = next;
    }
  }

  /** A key that sorts right before all that begin with {@code prefix}. */
  private static String before(String prefix) {
    int last = prefix.length() - 1;
    return prefix.isEmpty()
        ? ""
        : prefix.substring(0, last) + (char) (prefix.charAt(last) - 1) + "~";
  }

  final CliException unauthorized() {
    boolean missing = access.token() == null;
    return new CliException(
        ExitCode.UNREACHABLE,
        "the %s service at %s %s"
            .formatted(name, base, missing ? "requires a token" : "refused the token"),
        missing ? "set it with --token" : "set the right one with --token",
        null);
  }

  final CliException failure(IOException e) {
    return TlsFailure.of(e, access.hasClientCertificate())
        .or(() -> plainToTls(e))
        .map(problem ->
            new CliException(
                ExitCode.UNREACHABLE, "the %s service at %s %s".formatted(name, base, problem), e))
        .orElseGet(() ->
            new CliException(
                ExitCode.UNREACHABLE,
                "the %s service does not answer at %s".formatted(name, base),
                "start it with 'orderflow up', or set its address with " + name.option(),
                e));
  }

  /** A TLS server closes a plain connection without an answer, or with a TLS alert. */
  private Optional<String> plainToTls(IOException e) {
    if (base.getScheme().equals("https")
        || e instanceof ConnectException
        || e instanceof HttpTimeoutException) {
      return Optional.empty();
    }
    return TlsProbe.isAnswered(base.getHost(), base.getPort() < 0 ? HTTP_PORT : base.getPort())
        ? Optional.of("speaks TLS; use " + base.toString().replaceFirst("^http", "https"))
        : Optional.empty();
  }

  static String text(JsonNode json, String field) {
    return json.path(field).stringValue("");
  }

  static @Nullable String textOrNull(JsonNode json, String field) {
    return json.path(field).stringValue(null);
  }

  @Override
  public final void close() {
    http.shutdownNow();
  }
}
