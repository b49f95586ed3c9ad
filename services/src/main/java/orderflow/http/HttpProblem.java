package orderflow.http;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An error response, {@code {"error":{"code":…,"message":…}}}. The message must not repeat the
 * client's input. Carries no stack trace.
 */
public final class HttpProblem extends RuntimeException {
  private final int status;
  private final String code;
  private final Map<String, String> headers;

  /**
   * @param status 400 to 599
   * @param code in snake_case, stable: clients branch on it
   * @param message one human-readable sentence
   * @param headers further headers, such as {@code Retry-After}
   */
  public HttpProblem(int status, String code, String message, Map<String, String> headers) {
    super(message, null, false, false);
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status must be 400 to 599, not " + status);
    }
    this.status = status;
    this.code = code;
    this.headers = Map.copyOf(headers);
  }

  public HttpProblem(int status, String code, String message) {
    this(status, code, message, Map.of());
  }

  /** 503: the same request may succeed later. */
  public static HttpProblem unavailable(String code, String message, int retryAfterSeconds) {
    return new HttpProblem(
        503, code, message, Map.of("Retry-After", Integer.toString(retryAfterSeconds)));
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  public Map<String, String> headers() {
    return headers;
  }

  public Response response() {
    Map<String, String> all = new LinkedHashMap<>(Response.JSON_TYPE);
    all.putAll(headers);
    Map<String, String> error = new LinkedHashMap<>();
    error.put("code", code);
    error.put("message", String.valueOf(getMessage()));
    return new Response(status, Response.toJson(Map.of("error", error)), all);
  }
}
