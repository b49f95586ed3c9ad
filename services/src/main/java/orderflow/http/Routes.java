package orderflow.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The paths a service answers. A pattern is literal segments and whole-segment names: {@code
 * /order/{order_id}}. HEAD follows from GET; OPTIONS, 404 and 405 are the server's. Filled by one
 * thread before the server starts.
 */
public final class Routes {
  private final Map<String, Map<String, Endpoint>> byPath = new LinkedHashMap<>();

  public Routes get(String path, Endpoint endpoint) {
    return add("GET", path, endpoint);
  }

  public Routes post(String path, Endpoint endpoint) {
    return add("POST", path, endpoint);
  }

  public Routes put(String path, Endpoint endpoint) {
    return add("PUT", path, endpoint);
  }

  /** The same paths, with {@code wrapping} put around what answers them. */
  public Routes map(UnaryOperator<Endpoint> wrapping) {
    Routes wrapped = new Routes();
    byPath.forEach((path, endpoints) ->
        endpoints.forEach(
            (method, endpoint) -> wrapped.add(method, path, wrapping.apply(endpoint))));
    return wrapped;
  }

  /** Endpoints by method, by path pattern, in the order they were added. */
  Map<String, Map<String, Endpoint>> byPath() {
    return byPath;
  }

  private Routes add(String method, String path, Endpoint endpoint) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path must start with '/': " + path);
    }
    Endpoint earlier =
        byPath.computeIfAbsent(path, _ -> new TreeMap<>()).putIfAbsent(method, endpoint);
    if (earlier != null) {
      throw new IllegalArgumentException(method + " " + path + " is already routed");
    }
    return this;
  }
}
