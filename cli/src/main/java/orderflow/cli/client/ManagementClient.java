package orderflow.cli.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import orderflow.messaging.BrokerAddress;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads state that AMQP does not show from RabbitMQ's management API. */
public final class ManagementClient {
  private static final Duration CONNECT_LIMIT = Duration.ofMillis(500);
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** The broker renews its counts every 5 s. */
  private static final int MOST_QUESTIONS = 7;

  private final BrokerAddress broker;
  private final URI base;
  private final @Nullable SSLContext tls;

  /**
   * @param url null for the default port on the broker's host
   * @param tls for {@code https}; null for the JDK's authorities
   */
  public ManagementClient(BrokerAddress broker, @Nullable URI url, @Nullable SSLContext tls) {
    this.broker = broker;
    this.base = url == null ? defaultUrl(broker) : url;
    this.tls = tls;
  }

  /** With TLS where the broker's address has it: the password must not be sent in clear. */
  static URI defaultUrl(BrokerAddress broker) {
    String host = broker.host().contains(":") ? "[" + broker.host() + "]" : broker.host();
    return URI.create(broker.secure() ? "https://" + host + ":15671" : "http://" + host + ":15672");
  }

  /**
   * How many messages of {@code queue} clients hold unacked; empty where the API does not answer.
   *
   * @param ready asks the broker how many messages are ready: the total of the API is older, but
   *     does not change when messages are delivered or requeued
   */
  public OptionalLong unacked(String queue, LongSupplier ready) throws InterruptedException {
    HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT);
    try (HttpClient http = (tls == null ? builder : builder.sslContext(tls)).build()) {
      long unacked = 0;
      for (int n = 0; n < MOST_QUESTIONS; n++) {
        JsonNode counts = ask(http, queue);
        if (!counts.path("messages").isIntegralNumber()) {
          return OptionalLong.empty();
        }
        unacked = Math.max(0, counts.path("messages").longValue() - ready.getAsLong());
        if (unacked == 0 || unacked == counts.path("messages_unacknowledged").longValue(-1)) {
          break; // otherwise messages were published or removed since
        }
        Thread.sleep(PAUSE);
      }
      return OptionalLong.of(unacked);
    } catch (IOException | JacksonException e) {
      return OptionalLong.empty();
    }
  }

  private JsonNode ask(HttpClient http, String queue) throws IOException, InterruptedException {
    String login = broker.user() + ":" + broker.password();
    var request =
        HttpRequest.newBuilder(
                base.resolve(
                    "/api/queues/%s/%s?columns=messages,messages_unacknowledged"
                        .formatted(
                            ServiceClient.segment(broker.virtualHost()),
                            ServiceClient.segment(queue))))
            .timeout(LIMIT)
            .header(
                "Authorization",
                "Basic "
                    + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)))
            .build();
    return JsonMapper.shared().readTree(http.send(request, BodyHandlers.ofByteArray()).body());
  }
}
