package orderflow.notification;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import orderflow.net.HttpCall;
import orderflow.net.UserInfo;
import orderflow.tls.TlsFailure;
import orderflow.tls.TlsFiles;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Sends one POST of JSON for each notification, a batch concurrently; any 2xx is a success. */
final class WebhookNotifier implements Notifier {
  private static final int BATCH = 16;

  /** For connecting and the whole response. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static final JsonMapper JSON = JsonMapper.shared();

  private final URI url;
  private final Optional<String> authorization;
  private final boolean identified;
  private final Clock clock;
  private final Duration limit;
  private final HttpClient client;
  private final ExecutorService senders =
      Executors.newFixedThreadPool(BATCH, Thread.ofVirtual().name("webhook-", 0).factory());

  WebhookNotifier(NotifierSettings.Webhook settings, Clock clock) {
    this(settings, clock, LIMIT);
  }

  /**
   * @param limit for one exchange
   */
  WebhookNotifier(NotifierSettings.Webhook settings, Clock clock, Duration limit) {
    this.url = UserInfo.stripped(settings.url());
    this.authorization = UserInfo.of(settings.url()).map(WebhookNotifier::basic);
    this.clock = clock;
    this.limit = limit;
    TlsFiles tls = settings.tls();
    this.identified = tls != null && tls.certificate() != null;
    HttpClient.Builder builder =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(limit);
    this.client = tls == null ? builder.build() : builder.sslContext(tls.context()).build();
  }

  private static String basic(UserInfo login) {
    String pair = login.user() + ":" + login.password();
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
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
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", notification.messageId())
            .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
    authorization.ifPresent(login -> request.header("Authorization", login));
    var head = new AtomicReference<HttpResponse.@Nullable ResponseInfo>();
    try {
      HttpCall.send(
          client,
          request.build(),
          info -> {
            head.set(info);
            return HttpResponse.BodySubscribers.discarding();
          },
          limit);
    } catch (IOException e) {
      if (head.get() == null) {
        return new Result.Unreachable(reason(e));
      } // the status is the result, even when the body is cut off
    }
    return result(head.get());
  }

  /** 500 may concern this notification alone; a proxy's, a limit's or a login's status does not. */
  private Result result(HttpResponse.@Nullable ResponseInfo response) {
    if (response == null) {
      throw new IllegalStateException("a response without a head");
    }
    int status = response.statusCode();
    String reason = "the webhook answered " + status;
    return switch (status) {
      case 429, 502, 503, 504 ->
          new Result.Unreachable(reason, RetryAfter.of(response.headers(), clock.instant()));
      case 401, 407 ->
          new Result.Unreachable(
              reason + ": it needs a user and password in its address, or refuses ours");
      case 408 -> new Result.Deferred(reason);
      default -> {
        if (status >= 500) {
          yield new Result.Deferred(reason);
        }
        yield status / 100 == 2 ? new Result.Sent() : new Result.Refused(reason);
      }
    };
  }

  /** Without the path, which may contain a secret. */
  private String reason(IOException e) {
    String where =
        "the webhook at "
            + url.getScheme()
            + "://"
            + url.getHost()
            + (url.getPort() < 0 ? "" : ":" + url.getPort());
    String problem =
        TlsFailure.of(e, identified)
            .orElseGet(() ->
                switch (e) {
                  case HttpTimeoutException _ ->
                      "did not answer within " + limit.toSeconds() + " s";
                  case ConnectException _ when e.getCause() instanceof UnresolvedAddressException ->
                      "cannot be found: its host name is unknown";
                  case ConnectException _ -> "is not reachable: nothing answers there";
                  default -> "ended the connection without an answer";
                });
    return where + " " + problem;
  }

  @Override
  public void close() {
    senders.shutdownNow();
    client.shutdownNow();
  }
}
