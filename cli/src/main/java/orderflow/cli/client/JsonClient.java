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
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.Redaction;
import orderflow.net.HttpCall;
import orderflow.tls.TlsFailure;
import orderflow.tls.TlsProbe;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** JSON over HTTP to one service. Thread-safe. */
final class JsonClient implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int MAX_PORT = 65_535;
  private static final int HTTP_PORT = 80;
  private static final int OK = 200;
  static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int NOT_IMPLEMENTED = 501;
  static final Duration ANSWER_LIMIT = Duration.ofSeconds(15);

  private final String service;
  private final String option;
  private final URI base;
  private final ServiceAccess access;
  private final HttpClient http;

  /** An answer; its body is a missing node when it is no JSON. */
  record Reply(int status, JsonNode body) {}

  /**
   * @param service its name for people
   * @param option the option that says where it is
   */
  JsonClient(String service, String option, URI base, ServiceAccess access) {
    this.service = service;
    this.option = option;
    this.base = base;
    this.access = access;
    this.http = access.http();
  }

  /**
   * @param named how the address was given, such as its option
   * @throws CliException when no service can be there; a password is not repeated
   */
  static void requireUsable(String named, URI base) {
    if (base.getRawUserInfo() != null) {
      throw new CliException(
          ExitCode.USAGE,
          named
              + ": services know no user and password, leave them out of '"
              + Redaction.mask(base)
              + "'; what they know is --token");
    }
    if (base.getScheme() == null
        || !(base.getScheme().equals("http") || base.getScheme().equals("https"))
        || base.getHost() == null
        || base.getPort() > MAX_PORT) {
      throw new CliException(
          ExitCode.USAGE,
          named
              + ": '"
              + Redaction.mask(base)
              + "' is not an address such as http://localhost:8001"
              + (base.toString().contains("_") ? " (a host name has no underscore)" : ""));
    }
  }

  URI base() {
    return base;
  }

  /** An id as a part of a path, whatever is in it. */
  static String segment(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
  }

  HttpRequest.Builder request(String path) {
    String root = base.toString();
    String trunk = root.endsWith("/") ? root.substring(0, root.length() - 1) : root;
    return access.authorized(
        HttpRequest.newBuilder(URI.create(trunk + path)).timeout(ANSWER_LIMIT));
  }

  Reply get(String path) throws InterruptedException {
    return get(path, ANSWER_LIMIT);
  }

  /**
   * @param limit how long the answer may take
   */
  Reply get(String path, Duration limit) throws InterruptedException {
    return send(request(path).timeout(limit).GET().build());
  }

  /**
   * What is there; empty when there is nothing, or the service, which may not be ours, has no such
   * endpoint.
   *
   * @throws CliException when the service does not answer, or with an error
   */
  Optional<JsonNode> find(String path) throws InterruptedException {
    Reply reply = get(path);
    return switch (reply.status()) {
      case OK -> Optional.of(reply.body());
      case NOT_FOUND, METHOD_NOT_ALLOWED, NOT_IMPLEMENTED -> Optional.empty();
      default ->
          throw new CliException(
              ExitCode.UNREACHABLE,
              "the %s at %s answers %s; its log may tell more"
                  .formatted(service, base, problem(reply)));
    };
  }

  Reply post(String path, byte[] json) throws InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(json))
            .build());
  }

  Reply put(String path, byte[] json) throws InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofByteArray(json))
            .build());
  }

  /**
   * @throws CliException when the service does not answer, or does not let us in
   */
  private Reply send(HttpRequest request) throws InterruptedException {
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

  /** The error to report for an answer of 401. */
  CliException unauthorized() {
    boolean isMissing = access.token() == null;
    return new CliException(
        ExitCode.UNREACHABLE,
        "the " + service + " at " + base + (isMissing ? " wants a token" : " refused our token"),
        isMissing ? "give it with --token" : "give the right one with --token",
        null);
  }

  /** The error to report for a request that failed with {@code e}. */
  CliException failure(IOException e) {
    return TlsFailure.of(e, access.hasClientCertificate())
        .or(() -> plainToTls(e))
        .map(problem ->
            new CliException(
                ExitCode.UNREACHABLE, "the " + service + " at " + base + " " + problem, e))
        .orElseGet(() ->
            new CliException(
                ExitCode.UNREACHABLE,
                "the " + service + " does not answer at " + base,
                "start it with 'orderflow up', or say where it is with " + option,
                e));
  }

  /** Such a server hangs up without a word, or says one in TLS. */
  private Optional<String> plainToTls(IOException e) {
    if (base.getScheme().equals("https")
        || e instanceof ConnectException
        || e instanceof HttpTimeoutException) {
      return Optional.empty();
    }
    int port = base.getPort() < 0 ? HTTP_PORT : base.getPort();
    return TlsProbe.isAnswered(base.getHost(), port)
        ? Optional.of("speaks TLS; use " + base.toString().replaceFirst("^http", "https"))
        : Optional.empty();
  }

  /** For whoever counts failures instead of stopping at one. */
  HttpResponse<byte[]> sendRaw(HttpRequest request) throws IOException, InterruptedException {
    return HttpCall.send(
        http,
        request,
        HttpResponse.BodyHandlers.ofByteArray(),
        request.timeout().orElse(ANSWER_LIMIT));
  }

  static Reply reply(HttpResponse<byte[]> response) {
    try {
      return new Reply(response.statusCode(), JSON.readTree(response.body()));
    } catch (JacksonException e) {
      return new Reply(response.statusCode(), MissingNode.getInstance());
    }
  }

  /** What an error answer says, for people. */
  static String problem(Reply reply) {
    String message = reply.body().path("error").path("message").stringValue("");
    return "HTTP " + reply.status() + (message.isEmpty() ? "" : ": " + message);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
