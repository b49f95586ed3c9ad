package orderflow.cli.client;

import java.io.IOException;
import java.net.URI;
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

/** How a service says that it is. Thread-safe. */
public final class HealthClient implements AutoCloseable {
  private static final int OK = 200;
  private static final Pattern METRIC =
      Pattern.compile("(orderflow_[a-z_]+)(\\{[^}]*\\})? ([-+0-9.eE]+)");
  private static final Pattern BUILD =
      Pattern.compile("orderflow_build_info\\{[^}]*version=\"([^\"]*)\".*");
  private static final Pattern SERVICE =
      Pattern.compile("orderflow_build_info\\{[^}]*service=\"([^\"]*)\".*");
  private static final Pattern START_TIME =
      Pattern.compile("process_start_time_seconds(?:\\{[^}]*\\})? ([-+0-9.eE]+)");
  private static final Pattern RESULT = Pattern.compile("result=\"([a-z_]+)\"");

  private final ServiceName name;
  private final JsonClient client;

  /**
   * @param checks each by name, {@code up} or why not
   * @param problem why it is not reachable, and behind a semicolon what to do; empty when it is
   */
  public record Readiness(
      boolean reachable, boolean ready, Map<String, String> checks, String problem) {}

  public HealthClient(ServiceName name, URI base, ServiceAccess access) {
    this.name = name;
    this.client = new JsonClient(name + " service", name.option(), base, access);
  }

  public ServiceName name() {
    return name;
  }

  public URI base() {
    return client.base();
  }

  /** Whether it can do its work; never throws for a service that does not answer. */
  public Readiness readiness() throws InterruptedException {
    return readiness(JsonClient.ANSWER_LIMIT);
  }

  /** The same; a service that has not answered after {@code limit} is not reachable. */
  public Readiness readiness(Duration limit) throws InterruptedException {
    try {
      JsonClient.Reply reply = client.get("/health/ready", limit);
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

  /** The same without the service, its address and what to do, for where these stand beside it. */
  public String shorten(String problem) {
    return problem
        .replaceFirst("; .*", "")
        .replace("the " + name + " service ", "")
        .replace("at " + base() + " ", "");
  }

  /** What it tells only to who has the token; asked for once, however much is read from it. */
  public Metrics metrics() throws InterruptedException {
    try {
      var response = client.sendRaw(client.request("/metrics").GET().build());
      return switch (response.statusCode()) {
        case OK ->
            new Metrics(
                new String(response.body(), StandardCharsets.UTF_8).lines().toList(),
                Optional.empty());
        case JsonClient.UNAUTHORIZED ->
            new Metrics(List.of(), Optional.ofNullable(client.unauthorized().getMessage()));
        default -> new Metrics(List.of(), Optional.empty());
      };
    } catch (IOException e) {
      return new Metrics(List.of(), Optional.ofNullable(client.failure(e).getMessage()));
    }
  }

  /** One answer of a service's metrics. */
  public final class Metrics {
    private final List<String> lines;
    private final Optional<String> error;

    private Metrics(List<String> lines, Optional<String> refusal) {
      this.lines = lines;
      this.error = refusal;
    }

    /** Why there are none, and behind a semicolon what to do; empty when it lets us in. */
    public Optional<String> error() {
      return error;
    }

    /**
     * The version that it says it is; "unknown" when it was not packaged, empty when it does not
     * tell.
     */
    public Optional<String> version() {
      return label(BUILD).findFirst();
    }

    /**
     * What is wrong when another of our services answers in its place, and behind a semicolon what
     * to do; empty when none does, or it does not tell.
     */
    public Optional<String> wrongService() {
      return label(SERVICE)
          .filter(other -> !other.equals(name.toString()))
          .map(other ->
              "the %s service is not at %s, where %s answers; say where it is with %s"
                  .formatted(name, base(), other, name.option()))
          .findFirst();
    }

    /** When its process started, in seconds since 1970; empty when it does not tell. */
    public OptionalDouble startTime() {
      return label(START_TIME).mapToDouble(Double::parseDouble).findFirst();
    }

    private Stream<String> label(Pattern pattern) {
      return lines.stream()
          .map(pattern::matcher)
          .filter(Matcher::matches)
          .map(line -> line.group(1));
    }

    /**
     * Its own metrics: by name, and where it has one with the label {@code result} behind a slash.
     */
    public Map<String, Double> values() {
      Map<String, Double> metrics = new LinkedHashMap<>();
      lines.stream()
          .map(METRIC::matcher)
          .filter(Matcher::matches)
          .forEach(metric -> {
            String labels = metric.group(2) == null ? "" : metric.group(2);
            Matcher result = RESULT.matcher(labels);
            metrics.merge(
                metric.group(1) + (result.find() ? "/" + result.group(1) : ""),
                Double.valueOf(metric.group(3)),
                Double::sum);
          });
      return metrics;
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
