package orderflow.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Counts and times requests, under Micrometer's usual names so that ready-made dashboards fit.
 * Bounded: paths appear as their routes' patterns, what no route matched as {@code UNKNOWN}.
 * Thread-safe.
 */
final class HttpMetrics {
  private static final String UNKNOWN = "UNKNOWN";

  private final MeterRegistry registry;
  private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

  HttpMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  private record Key(String method, String pattern, int status) {}

  /** A request to a route. The method is one the route has, or counts as unknown. */
  void served(Routes.Route route, String method, int status, long nanos) {
    boolean known = route.endpoint(method) != null || method.equals("OPTIONS");
    record(new Key(known ? method : UNKNOWN, route.pattern(), status), nanos);
  }

  /** A request that matched nothing, or that never became one. */
  void rejected(int status, long nanos) {
    record(new Key(UNKNOWN, UNKNOWN, status), nanos);
  }

  /** Shows how many connections are in each phase, and so a crowd of slow clients. */
  void watch(Connections connections) {
    for (ClientConnection.Phase phase : ClientConnection.Phase.values()) {
      Gauge.builder("http.server.connections", () -> connections.count(phase))
          .description("Open client connections")
          .tag("phase", phase.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }

  private void record(Key key, long nanos) {
    timers.computeIfAbsent(key, this::timer).record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(Key key) {
    return Timer.builder("http.server.requests")
        .description("HTTP requests")
        .tag("method", key.method())
        .tag("uri", key.pattern())
        .tag("status", Integer.toString(key.status()))
        .register(registry);
  }
}
