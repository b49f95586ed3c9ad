package orderflow.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the resource a path means: literal paths by hash, patterns in order. Immutable. */
final class RouteTable {
  private final Map<String, Resource> literals = new HashMap<>();
  private final List<Resource> patterns = new ArrayList<>();

  RouteTable(Routes... all) {
    for (Routes routes : all) {
      routes.byPath().forEach((path, endpoints) -> add(new Resource(path, endpoints)));
    }
  }

  /** A resource and what its pattern's names stand for. */
  record Match(Resource resource, Map<String, String> values) {}

  /**
   * @param rawPath as in the request line, without the query
   * @throws HttpProblem 400 when it cannot be decoded
   */
  @Nullable Match find(String rawPath) {
    Resource literal = literals.get(rawPath);
    if (literal != null) {
      return new Match(literal, Map.of());
    }
    List<String> segments = Paths.split(rawPath).stream().map(Paths::decode).toList();
    Resource decoded = literals.get("/" + String.join("/", segments));
    if (decoded != null && decoded.match(segments) != null) {
      return new Match(decoded, Map.of());
    }
    for (Resource resource : patterns) {
      Map<String, String> values = resource.match(segments);
      if (values != null) {
        return new Match(resource, values);
      }
    }
    return null;
  }

  /** The methods that some resource takes. */
  String allow() {
    return Stream.concat(literals.values().stream(), patterns.stream())
        .flatMap(resource -> Stream.of(resource.allow().split(", ", -1)))
        .distinct()
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private void add(Resource resource) {
    if (!resource.isLiteral()) {
      patterns.add(resource);
    } else if (literals.putIfAbsent(resource.pattern(), resource) != null) {
      throw new IllegalArgumentException(resource.pattern() + " is built in");
    }
  }
}
