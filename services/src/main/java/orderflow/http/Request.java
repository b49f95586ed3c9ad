package orderflow.http;

import java.util.Map;
import java.util.Optional;

/** A request that matched a route, its body read and within the limits. */
public final class Request {
  private final Map<String, String> values;
  private final String rawQuery;
  private final byte[] body;

  Request(Map<String, String> values, String rawQuery, byte[] body) {
    this.values = values;
    this.rawQuery = rawQuery;
    this.body = body;
  }

  /**
   * The decoded path segment that stands for {@code {name}} in the route's pattern. Any text but
   * control characters: validate it.
   *
   * @throws IllegalArgumentException when the pattern has no such name
   */
  public String path(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("this route's pattern has no name '" + name + "'");
    }
    return value;
  }

  /**
   * The decoded query parameter, validated no further than {@link #path}.
   *
   * @throws HttpProblem 400 when the query is malformed or gives the parameter twice
   */
  public Optional<String> query(String name) {
    return rawQuery.isEmpty() ? Optional.empty() : Paths.parameter(rawQuery, name);
  }

  /** The body as sent, empty when there is none. Not a copy: the caller owns it. */
  public byte[] body() {
    return body;
  }
}
