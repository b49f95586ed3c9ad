package orderflow.http;

import java.util.Map;

/** The errors of the server itself. The messages are fixed: they never quote input. */
final class Problems {
  private Problems() {}

  /** The problem for a status with which Jetty refuses a request, and for our own limits. */
  static HttpProblem ofStatus(int status) {
    return switch (status) {
      case 408 -> new HttpProblem(408, "timeout", "the request did not arrive in time");
      case 413 -> new HttpProblem(413, "too_large", "the body is larger than this server takes");
      case 417 -> unknownExpectation();
      case 414 -> new HttpProblem(414, "target_too_long", "the request target is too long");
      case 431 ->
          new HttpProblem(431, "headers_too_large", "the header fields are too many or too long");
      case 501 -> new HttpProblem(501, "unsupported_coding", "the only transfer coding is chunked");
      case 505 ->
          new HttpProblem(505, "unsupported_version", "the only versions are HTTP/1.0 and 1.1");
      case 503 -> stopping();
      default -> status >= 500 ? internal() : malformed();
    };
  }

  private static HttpProblem malformed() {
    return new HttpProblem(400, "malformed_request", "this is not a valid HTTP request");
  }

  static HttpProblem internal() {
    return new HttpProblem(500, "internal", "an internal error; the server's log has the details");
  }

  static HttpProblem notFound() {
    return new HttpProblem(404, "unknown_path", "there is nothing at this path");
  }

  static HttpProblem methodNotAllowed(String allow) {
    return new HttpProblem(
        405, "method_not_allowed", "this path does not take this method", Map.of("Allow", allow));
  }

  static HttpProblem unauthorized() {
    return new HttpProblem(
        401,
        "unauthorized",
        "this server requires its token",
        Map.of("WWW-Authenticate", "Bearer"));
  }

  static HttpProblem notJson() {
    return new HttpProblem(415, "unsupported_type", "the body must be application/json");
  }

  static HttpProblem encoded() {
    return new HttpProblem(415, "unsupported_encoding", "the body must not be compressed");
  }

  static HttpProblem unknownExpectation() {
    return new HttpProblem(417, "unknown_expectation", "the only expectation is 100-continue");
  }

  static HttpProblem misdirected() {
    return new HttpProblem(421, "misdirected", "this server does not use TLS on this port");
  }

  static HttpProblem stopping() {
    return HttpProblem.unavailable("stopping", "the server is shutting down", 1);
  }

  static HttpProblem overloaded() {
    return HttpProblem.unavailable("overloaded", "too many requests at once", 1);
  }
}
