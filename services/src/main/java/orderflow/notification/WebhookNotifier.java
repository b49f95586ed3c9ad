package orderflow.notification;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.json.JsonMapper;

/** A POST of JSON for each notification, a batch at a time; any 2xx counts as told. */
final class WebhookNotifier implements Notifier {
  private static final int BATCH = 16;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final JsonMapper JSON = JsonMapper.shared();

  private final URI url;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final ExecutorService senders =
      Executors.newFixedThreadPool(BATCH, Thread.ofVirtual().name("webhook-", 0).factory());

  WebhookNotifier(URI url) {
    this.url = url;
  }

  @Override
  public int batch() {
    return BATCH;
  }

  @Override
  public List<Result> send(List<Notification> notifications) throws InterruptedException {
    List<Future<Result>> running = new ArrayList<>(notifications.size());
    for (Notification notification : notifications) {
      running.add(senders.submit(() -> post(notification)));
    }
    List<Result> results = new ArrayList<>(running.size());
    for (Future<Result> one : running) {
      try {
        results.add(one.get());
      } catch (ExecutionException e) {
        throw new IllegalStateException("posting failed unexpectedly", e.getCause());
      }
    }
    return results;
  }

  private Result post(Notification notification) throws InterruptedException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("message_id", notification.messageId());
    body.put("order_id", notification.orderId());
    body.put("user_id", notification.userId());
    body.put("item_id", notification.itemId());
    body.put("qty", notification.qty());
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", notification.messageId())
            .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
            .build();
    try {
      return judged(client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
    } catch (IOException e) {
      return new Result.Unreachable(
          "the webhook is not reachable: " + e.getClass().getSimpleName());
    }
  }

  /** 500 may be about this notification alone; what a proxy or a limit answers is not. */
  private static Result judged(int status) {
    String why = "the webhook answered " + status;
    return switch (status) {
      case 429, 502, 503, 504 -> new Result.Unreachable(why);
      case 408 -> new Result.Deferred(why);
      default -> {
        if (status >= 500) {
          yield new Result.Deferred(why);
        }
        yield status / 100 == 2 ? new Result.Sent() : new Result.Refused(why);
      }
    };
  }

  @Override
  public void close() {
    senders.shutdownNow();
    client.shutdownNow();
  }
}
