package orderflow.http;

import java.util.Optional;

/** A request that matched a route, its body read and within the limits. */
public interface Request {
  /**
   * The decoded path segment that stands for {@code {name}} in the route's pattern. Any text but
   * control characters: validate it.
   *
   * @throws IllegalArgumentException when the pattern has no such name
   */
  String path(String name);

  /**
   * The decoded query parameter, validated no further than {@link #path}.
   *
   * @throws HttpProblem 400 when the query is malformed or gives the parameter twice
   */
  Optional<String> query(String name);

  /** The body as sent, empty when there is none. Not a copy: the caller owns it. */
  byte[] body();
}
