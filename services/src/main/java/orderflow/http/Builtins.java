package orderflow.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;

/** What every server answers besides its service's own paths. */
final class Builtins {
  private static final Map<String, String> METRICS_TYPE =
      Map.of("Content-Type", "text/plain; version=0.0.4; charset=utf-8");

  private Builtins() {}

  static Routes routes(Health health, PrometheusMeterRegistry metrics) {
    Response ok = Response.json(200, "{\"status\":\"ok\"}".getBytes(US_ASCII));
    return new Routes()
        .get("/health", _ -> ok)
        .get("/health/live", _ -> ok)
        .get("/health/ready", _ -> health.readiness())
        .get("/metrics", _ -> new Response(200, metrics.scrape().getBytes(UTF_8), METRICS_TYPE));
  }

  /** Whether the path answers without the token: orchestrators ask it and have none. */
  static boolean isPublic(String pattern) {
    return pattern.equals("/health") || pattern.startsWith("/health/");
  }
}
