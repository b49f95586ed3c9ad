package orderflow.cli.command;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import orderflow.cli.client.ServiceName;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.http.PortInUseException;
import orderflow.service.RunningService;
import orderflow.store.StoreException;

/** Explains a failed start when the same service is already running. */
final class AlreadyRunningCheck {
  private static final Duration LIMIT = Duration.ofSeconds(1);

  private AlreadyRunningCheck() {}

  /**
   * Starts one service.
   *
   * @throws CliException when it cannot start because it is already running
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
   * The error to report instead of {@code failure}; empty when no service answers at {@code ports}.
   *
   * @param ports 0 for any free port
   */
  static Optional<CliException> explain(
      RuntimeException failure, ServeOptions options, Map<ServiceName, Integer> ports)
      throws InterruptedException {
    List<String> found = new ArrayList<>();
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(LIMIT).build()) {
      for (var entry : new TreeMap<>(ports).entrySet()) {
        String base = options.localUrl() + ":" + entry.getValue();
        if (entry.getValue() > 0 && isService(http, base)) {
          found.add(entry.getKey() + " service at " + base);
        }
      }
      http.shutdownNow();
    }
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new CliException(
                ExitCode.USAGE,
                "orderflow is already running: %s; use it, stop it, or choose another --data-dir"
                        .formatted(String.join(", ", found))
                    + " and other ports",
                failure));
  }

  /** Readiness lists its checks, with any status and without a token. */
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
