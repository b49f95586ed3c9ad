package orderflow.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a request's headers must be like, beyond being well-formed. Immutable. */
final class RequestRules {
  private static final String BEARER = "bearer ";
  private static final HeaderName NAMELESS = HeaderNames.create("");

  private final byte @Nullable [] token;

  RequestRules(@Nullable String token) {
    this.token = token == null ? null : token.getBytes(UTF_8);
  }

  /**
   * @throws HttpProblem 400 for a header without a name, which the engine lets pass; 417 for an
   *     expectation this server cannot meet
   */
  void checkForm(ServerRequestHeaders headers) {
    if (headers.contains(NAMELESS)) {
      throw Problems.ofStatus(400);
    }
    for (String value : headers.values(HeaderNames.EXPECT)) {
      if (!value.trim().equalsIgnoreCase("100-continue")) {
        throw Problems.unknownExpectation();
      }
    }
  }

  /**
   * @throws HttpProblem 401 unless the token is there, or none is asked for
   */
  void checkToken(ServerRequestHeaders headers) {
    if (token == null) {
      return;
    }
    String given = only(headers, HeaderNames.AUTHORIZATION);
    if (given == null
        || !given.regionMatches(true, 0, BEARER, 0, BEARER.length())
        || !MessageDigest.isEqual(token, given.substring(BEARER.length()).trim().getBytes(UTF_8))) {
      throw Problems.unauthorized();
    }
  }

  /**
   * @throws HttpProblem 415 unless the body is announced as plain JSON, or not at all
   */
  void checkContent(ServerRequestHeaders headers) {
    for (String coding : headers.values(HeaderNames.CONTENT_ENCODING)) {
      if (!coding.trim().equalsIgnoreCase("identity")) {
        throw Problems.encoded();
      }
    }
    if (headers.contains(HeaderNames.CONTENT_TYPE)
        && !isJson(only(headers, HeaderNames.CONTENT_TYPE))) {
      throw Problems.notJson();
    }
  }

  private static boolean isJson(@Nullable String contentType) {
    if (contentType == null) {
      return false;
    }
    int parameters = contentType.indexOf(';');
    String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
    return type.trim().toLowerCase(Locale.ROOT).equals("application/json");
  }

  /** The header's value, or null when it is absent or ambiguous. */
  private static @Nullable String only(ServerRequestHeaders headers, HeaderName name) {
    List<String> values = headers.all(name, List::of);
    return values.size() == 1 ? values.getFirst() : null;
  }
}
