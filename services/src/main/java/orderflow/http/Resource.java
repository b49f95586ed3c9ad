package orderflow.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One path pattern, what answers it, and its segments ready to be matched. Immutable. */
final class Resource {
  private final String pattern;
  private final List<String> segments;
  private final Map<String, Endpoint> endpoints;
  private final String allow;

  Resource(String pattern, Map<String, Endpoint> endpoints) {
    this.pattern = pattern;
    this.segments = Paths.split(pattern);
    this.endpoints = Map.copyOf(endpoints);
    Set<String> methods = new TreeSet<>(endpoints.keySet());
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    methods.add("OPTIONS");
    this.allow = String.join(", ", methods);
    rejectRepeatedNames();
  }

  /** As written by the service: what metrics name it by. */
  String pattern() {
    return pattern;
  }

  /** The value of an {@code Allow} header. */
  String allow() {
    return allow;
  }

  boolean isLiteral() {
    return segments.stream().noneMatch(Resource::isName);
  }

  @Nullable Endpoint endpoint(String method) {
    return endpoints.get(method.equals("HEAD") ? "GET" : method);
  }

  /** What each name stands for in the decoded segments of a path, or null when they differ. */
  @Nullable Map<String, String> match(List<String> path) {
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

  private void rejectRepeatedNames() {
    List<String> names = new ArrayList<>(segments);
    names.removeIf(segment -> !isName(segment));
    if (new HashSet<>(names).size() != names.size()) {
      throw new IllegalArgumentException("a name occurs twice in " + pattern);
    }
  }

  private static boolean isName(String segment) {
    return segment.length() > 2 && segment.startsWith("{") && segment.endsWith("}");
  }
}
