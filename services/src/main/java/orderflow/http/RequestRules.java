package orderflow.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/** What a request's headers must be like, beyond being well-formed. Immutable. */
final class RequestRules {
  private static final String BEARER = "bearer ";

  private final byte @Nullable [] token;

  RequestRules(@Nullable String token) {
    this.token = token == null ? null : token.getBytes(UTF_8);
  }

  /**
   * @throws HttpProblem 401 unless the request carries the token, or none is required
   */
  void checkToken(HttpFields headers) {
    if (token == null) {
      return;
    }
    String given = only(headers, HttpHeader.AUTHORIZATION);
    if (given == null
        || !given.regionMatches(true, 0, BEARER, 0, BEARER.length())
        || !MessageDigest.isEqual(token, given.substring(BEARER.length()).trim().getBytes(UTF_8))) {
      throw Problems.unauthorized();
    }
  }

  /**
   * @throws HttpProblem 415 unless the body is declared as plain JSON, or not at all
   */
  static void checkContent(HttpFields headers) {
    for (String coding : headers.getCSV(HttpHeader.CONTENT_ENCODING, false)) {
      if (!coding.equalsIgnoreCase("identity")) {
        throw Problems.encoded();
      }
    }
    if (headers.contains(HttpHeader.CONTENT_TYPE)
        && !isJson(only(headers, HttpHeader.CONTENT_TYPE))) {
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
  private static @Nullable String only(HttpFields headers, HttpHeader name) {
    List<String> values = headers.getValuesList(name);
    return values.size() == 1 ? values.getFirst() : null;
  }
}
