package orderflow.cli.command;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import orderflow.cli.client.ServiceName;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.http.PortInUseException;
import orderflow.service.RunningService;
import orderflow.store.StoreException;

/** Finds out whether a service cannot start because the same one runs already. */
final class AlreadyRunningCheck {
  private static final Duration LIMIT = Duration.ofSeconds(1);

  private AlreadyRunningCheck() {}

  /**
   * Starts one service.
   *
   * @throws CliException when it cannot start because it runs already
   */
  static RunningService start(
      ServeOptions options, ServiceName name, int port, Supplier<RunningService> starting)
      throws InterruptedException {
    try {
      return starting.get();
    } catch (PortInUseException | StoreException e) {
      Optional<CliException> explained = explain(e, options, Map.of(name, port));
      throw explained.isPresent() ? explained.get() : e;
    }
  }

  /**
   * The failure to report in place of {@code failure}; empty when no service of this program
   * answers at {@code ports}.
   *
   * @param ports 0 for one that listens on any free port
   */
  static Optional<CliException> explain(
      RuntimeException failure, ServeOptions options, Map<ServiceName, Integer> ports)
      throws InterruptedException {
    Map<ServiceName, String> found = new TreeMap<>();
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(LIMIT).build()) {
      for (Map.Entry<ServiceName, Integer> entry : ports.entrySet()) {
        String base = "%s:%d".formatted(options.localUrl(), entry.getValue());
        if (entry.getValue() > 0 && isService(http, base)) {
          found.put(entry.getKey(), base);
        }
      }
      http.shutdownNow();
    }
    if (found.isEmpty()) {
      return Optional.empty();
    }
    String where =
        found.entrySet().stream()
            .map(entry -> entry.getKey() + " service at " + entry.getValue())
            .collect(Collectors.joining(", "));
    return Optional.of(
        new CliException(
            ExitCode.USAGE,
            "orderflow runs already: "
                + where
                + "; use it, or stop it, or choose another --data-dir and other ports",
            failure));
  }

  /** Its readiness names its checks, with any status and to everybody. */
  private static boolean isService(HttpClient http, String base) throws InterruptedException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(base + "/health/ready")).timeout(LIMIT).build();
      String answer = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
      return answer.contains("\"checks\"");
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }
}
