package orderflow.cli.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import orderflow.cli.io.CliException;

/** Reads readiness and metrics of a service. Thread-safe. */
public final class HealthClient extends ServiceClient {
  private static final Pattern METRIC =
      Pattern.compile("(orderflow_[a-z_]+)(\\{[^}]*\\})? ([-+0-9.eE]+)");
  private static final Pattern VERSION =
      Pattern.compile("orderflow_build_info\\{[^}]*version=\"([^\"]*)\".*");
  private static final Pattern SERVICE =
      Pattern.compile("orderflow_build_info\\{[^}]*service=\"([^\"]*)\".*");
  private static final Pattern START_TIME =
      Pattern.compile("process_start_time_seconds(?:\\{[^}]*\\})? ([-+0-9.eE]+)");
  private static final Pattern RESULT = Pattern.compile("result=\"([a-z_]+)\"");

  /**
   * @param checks by name: {@code up}, or the problem
   * @param problem why the service is not reachable; empty when it is
   */
  public record Readiness(
      boolean reachable, boolean ready, Map<String, String> checks, String problem) {}

  public HealthClient(ServiceName name, URI base, ServiceAccess access) {
    super(name, base, access);
  }

  /** Whether the service is ready; never throws for one that does not answer. */
  public Readiness readiness() throws InterruptedException {
    return readiness(TIMEOUT);
  }

  /** The same; a service without an answer after {@code limit} is not reachable. */
  public Readiness readiness(Duration limit) throws InterruptedException {
    try {
      Reply reply = send(request("/health/ready").timeout(limit).build());
      Map<String, String> checks = new TreeMap<>();
      reply
          .body()
          .path("checks")
          .properties()
          .forEach(check -> checks.put(check.getKey(), check.getValue().stringValue("?")));
      return new Readiness(true, reply.status() == OK, checks, "");
    } catch (CliException e) {
      return new Readiness(false, false, Map.of(), String.valueOf(e.getMessage()));
    }
  }

  /** A problem without the name and address of {@code service} and without the advice. */
  public static String shorten(ServiceName service, String problem) {
    return problem
        .replaceFirst("; .*", "")
        .replace("the " + service + " service ", "")
        .replaceFirst("at http\\S+ ", "");
  }

  /** The service's metrics, which need the token. */
  public Metrics metrics() throws InterruptedException {
    return metrics(TIMEOUT);
  }

  /** The same; a service without an answer after {@code limit} has no metrics. */
  public Metrics metrics(Duration limit) throws InterruptedException {
    try {
      HttpResponse<byte[]> response = sendRaw(request("/metrics").timeout(limit).build());
      return switch (response.statusCode()) {
        case OK ->
            new Metrics(
                new String(response.body(), StandardCharsets.UTF_8).lines().toList(),
                Optional.empty());
        case UNAUTHORIZED ->
            new Metrics(List.of(), Optional.ofNullable(unauthorized().getMessage()));
        default -> new Metrics(List.of(), Optional.empty());
      };
    } catch (IOException e) {
      return new Metrics(List.of(), Optional.ofNullable(failure(e).getMessage()));
    }
  }

  /** One response of {@code /metrics}. */
  public final class Metrics {
    private final List<String> lines;
    private final Optional<String> error;

    private Metrics(List<String> lines, Optional<String> error) {
      this.lines = lines;
      this.error = error;
    }

    /** Why there are no metrics: one sentence with advice; empty when the service sent them. */
    public Optional<String> error() {
      return error;
    }

    /** The service's version; "unknown" for an unpackaged build, empty when it has none. */
    public Optional<String> version() {
      return label(VERSION).findFirst();
    }

    /** One sentence with advice when another service of the flow answers at this address. */
    public Optional<String> wrongService() {
      return label(SERVICE)
          .filter(other -> !other.equals(name().toString()))
          .map(other ->
              "the %s service is not at %s, where %s answers; set its address with %s"
                  .formatted(name(), base(), other, name().option()))
          .findFirst();
    }

    /** Start of the service's process, in seconds since 1970; empty when unknown. */
    public OptionalDouble startTime() {
      return label(START_TIME).mapToDouble(Double::parseDouble).findFirst();
    }

    private Stream<String> label(Pattern pattern) {
      return lines.stream()
          .map(pattern::matcher)
          .filter(Matcher::matches)
          .map(line -> line.group(1));
    }

    /** The values of the orderflow metrics by name, or name/result where there is that label. */
    public Map<String, Double> values() {
      Map<String, Double> values = new LinkedHashMap<>();
      lines.stream()
          .map(METRIC::matcher)
          .filter(Matcher::matches)
          .forEach(metric -> {
            Matcher result = RESULT.matcher(metric.group(2) == null ? "" : metric.group(2));
            String name = metric.group(1) + (result.find() ? "/" + result.group(1) : "");
            values.merge(name, Double.valueOf(metric.group(3)), Double::sum);
          });
      return values;
    }
  }
}
