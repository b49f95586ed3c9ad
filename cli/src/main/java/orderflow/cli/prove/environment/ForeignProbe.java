package orderflow.cli.prove.environment;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import orderflow.cli.client.HealthClient.Readiness;
import orderflow.cli.prove.foreign.ForeignService;
import orderflow.cli.prove.foreign.ForeignService.Ready;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.RabbitBroker;
import org.jspecify.annotations.Nullable;

/** Observes a service that is not ours, as its flow file says. */
final class ForeignProbe implements ServiceProbe {
  private static final int REDIRECT = 300;

  private final ForeignService service;
  private final ObservedProcess process;
  private final RabbitBroker broker;
  private final HttpClient http = HttpClient.newHttpClient();
  private @Nullable QueueBrowser browser;

  /**
   * @param service without placeholders
   * @param broker over a connection that no fault affects
   */
  ForeignProbe(ForeignService service, ObservedProcess process, RabbitBroker broker) {
    this.service = service;
    this.process = process;
    this.broker = broker;
  }

  @Override
  public Readiness readiness(Duration limit) throws InterruptedException {
    if (!process.isRunning()) {
      return unreachable("its process does not run");
    }
    if (process.isSuspended()) {
      return unreachable("its process is suspended");
    }
    return switch (service.ready()) {
      case Ready.Http(var path) -> http(path, limit);
      case Ready.Consumers(var queue) -> consumers(queue);
      case Ready.LogLine(var pattern) ->
          process.hasLogged(pattern)
              ? ready()
              : notReady("log", "no line matches " + pattern.pattern());
    };
  }

  private Readiness http(String path, Duration limit) throws InterruptedException {
    URI address = URI.create(service.url().orElseThrow().replaceFirst("/$", "") + path);
    try {
      int status =
          http.send(
                  HttpRequest.newBuilder(address).timeout(limit).build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode();
      return status < REDIRECT
          ? ready()
          : notReady("http", "GET " + path + " has status " + status);
    } catch (IOException e) {
      String why = Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
      return unreachable("GET " + address + ": " + why);
    }
  }

  private Readiness consumers(String queue) {
    try {
      if (browser == null) {
        browser = broker.openBrowser();
      }
      long consumers = browser.state(queue).map(QueueBrowser.QueueState::consumers).orElse(0L);
      return consumers > 0 ? ready() : unreachable(queue + " has no consumer");
    } catch (MessagingException e) {
      closeBrowser();
      return notReady(queue, e.detail());
    }
  }

  private static Readiness ready() {
    return new Readiness(true, true, Map.of(), "");
  }

  private static Readiness notReady(String check, String why) {
    return new Readiness(true, false, Map.of(check, why), "");
  }

  private static Readiness unreachable(String why) {
    return new Readiness(false, false, Map.of(), why);
  }

  @Override
  public Figures figures() {
    return new Figures(process.startTime(), Map.of());
  }

  private void closeBrowser() {
    if (browser != null) {
      browser.close();
      browser = null;
    }
  }

  @Override
  public void close() {
    closeBrowser();
    http.close();
  }
}
