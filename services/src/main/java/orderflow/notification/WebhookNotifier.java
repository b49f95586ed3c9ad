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

/** A POST of JSON for each notification, a batch at a time; any 2xx counts as told. */
final class WebhookNotifier implements Notifier {
  private static final int BATCH = 16;

  /** For connecting, the headers and the body of one answer together. */
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
        return new Result.Unreachable(why(e));
      } // the status says what became of it, whether or not a body follows
    }
    return judged(head.get());
  }

  /** 500 may be about this notification alone; what a proxy, a limit or a login answers is not. */
  private Result judged(HttpResponse.@Nullable ResponseInfo answer) {
    if (answer == null) {
      throw new IllegalStateException("a response without a head");
    }
    int status = answer.statusCode();
    String why = "the webhook answered " + status;
    return switch (status) {
      case 429, 502, 503, 504 ->
          new Result.Unreachable(why, RetryAfter.of(answer.headers(), clock.instant()));
      case 401, 407 ->
          new Result.Unreachable(
              why + ": it needs a user and password in its address, or refuses ours");
      case 408 -> new Result.Deferred(why);
      default -> {
        if (status >= 500) {
          yield new Result.Deferred(why);
        }
        yield status / 100 == 2 ? new Result.Sent() : new Result.Refused(why);
      }
    };
  }

  /** Names scheme, host and port only: a path may hold a secret. */
  private String why(IOException e) {
    String where =
        "the webhook at "
            + url.getScheme()
            + "://"
            + url.getHost()
            + (url.getPort() < 0 ? "" : ":" + url.getPort());
    return TlsFailure.of(e, identified)
        .map(problem -> where + " " + problem)
        .orElseGet(() ->
            switch (e) {
              case HttpTimeoutException _ ->
                  where + " did not answer within " + limit.toSeconds() + " s";
              case ConnectException _ when e.getCause() instanceof UnresolvedAddressException ->
                  where + " cannot be found: its host name is unknown";
              case ConnectException _ -> where + " is not reachable: nothing answers there";
              default -> where + " ended the connection without an answer";
            });
  }

  @Override
  public void close() {
    senders.shutdownNow();
    client.shutdownNow();
  }
}
