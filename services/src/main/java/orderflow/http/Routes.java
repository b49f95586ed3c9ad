package orderflow.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The paths that a service serves. A pattern consists of literal segments and whole-segment names:
 * {@code /order/{order_id}}. HEAD follows from GET; the server adds OPTIONS, 404 and 405. Filled by
 * one thread before the server starts.
 */
public final class Routes {
  private final Map<String, Route> routes = new LinkedHashMap<>();

  public Routes get(String pattern, Endpoint endpoint) {
    return add("GET", pattern, endpoint);
  }

  public Routes post(String pattern, Endpoint endpoint) {
    return add("POST", pattern, endpoint);
  }

  public Routes put(String pattern, Endpoint endpoint) {
    return add("PUT", pattern, endpoint);
  }

  /** The same routes, with each endpoint wrapped. */
  public Routes map(UnaryOperator<Endpoint> wrapping) {
    return addTo(new Routes(), wrapping);
  }

  /** Adds these routes to {@code others}. */
  Routes addTo(Routes others, UnaryOperator<Endpoint> wrapping) {
    routes.forEach((pattern, route) ->
        route.endpoints.forEach(
            (method, endpoint) -> others.add(method, pattern, wrapping.apply(endpoint))));
    return others;
  }

  private Routes add(String method, String pattern, Endpoint endpoint) {
    Route route = routes.computeIfAbsent(pattern, Route::new);
    if (route.endpoints.putIfAbsent(method, endpoint) != null) {
      throw new IllegalArgumentException(method + " " + pattern + " is already routed");
    }
    return this;
  }

  /** A route and the values of the names in its pattern. */
  record Match(Route route, Map<String, String> values) {}

  /**
   * The route of a path, null when there is none; literal patterns come first.
   *
   * @param rawPath as in the request line, without the query
   * @throws HttpProblem 400 when it cannot be decoded
   */
  @Nullable Match find(String rawPath) {
    Route literal = routes.get(rawPath);
    if (literal != null && literal.names.isEmpty()) {
      return new Match(literal, Map.of());
    }
    List<String> segments = Paths.split(rawPath).stream().map(Paths::decode).toList();
    Match found = null;
    for (Route route : routes.values()) {
      Map<String, String> values = route.match(segments);
      if (values != null && (found == null || values.isEmpty())) {
        found = new Match(route, values);
      }
    }
    return found;
  }

  /** The methods of all routes, for an {@code Allow} header. */
  String allow() {
    return routes.values().stream()
        .flatMap(route -> Stream.of(route.allow().split(", ", -1)))
        .distinct()
        .sorted()
        .collect(Collectors.joining(", "));
  }

  /** One pattern and the endpoints of its methods. */
  static final class Route {
    private final String pattern;
    private final List<String> segments;
    private final List<String> names = new ArrayList<>();
    private final Map<String, Endpoint> endpoints = new TreeMap<>();

    private Route(String pattern) {
      if (!pattern.startsWith("/")) {
        throw new IllegalArgumentException("path must start with '/': " + pattern);
      }
      this.pattern = pattern;
      this.segments = Paths.split(pattern);
      segments.stream().filter(Route::isName).forEach(names::add);
      if (names.stream().distinct().count() < names.size()) {
        throw new IllegalArgumentException("a name occurs twice in " + pattern);
      }
    }

    /** As declared by the service; the metrics use it as the name of the route. */
    String pattern() {
      return pattern;
    }

    /** Health checks need no token: orchestrators have none. */
    boolean isPublic() {
      return pattern.equals("/health") || pattern.startsWith("/health/");
    }

    /** The value of an {@code Allow} header. */
    String allow() {
      var methods = new TreeSet<>(endpoints.keySet());
      if (methods.contains("GET")) {
        methods.add("HEAD");
      }
      methods.add("OPTIONS");
      return String.join(", ", methods);
    }

    @Nullable Endpoint endpoint(String method) {
      return endpoints.get(method.equals("HEAD") ? "GET" : method);
    }

    private @Nullable Map<String, String> match(List<String> path) {
      if (path.size() != segments.size()) {
        return null;
      }
      Map<String, String> values = new HashMap<>();
      for (int i = 0; i < segments.size(); i++) {
        String segment = segments.get(i);
        if (isName(segment)) {
          values.put(segment.substring(1, segment.length() - 1), path.get(i));
        } else if (!segment.equals(path.get(i))) {
          return null;
        }
      }
      return values;
    }

    private static boolean isName(String segment) {
      return segment.length() > 2 && segment.startsWith("{") && segment.endsWith("}");
    }
  }
}
