package orderflow.cli.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Client of the notification service. All methods throw CliException when it does not answer. */
public final class NotificationClient extends ServiceClient {
  /** The most order ids in one request. */
  public static final int MAX_RESENT = 500;

  /**
   * The answer to a resend request.
   *
   * @param notGivenUp requested orders without a given-up notification
   * @param remaining how many notifications are still given up
   */
  public record Resent(long queued, List<String> notGivenUp, long remaining) {}

  /**
   * A notification.
   *
   * @param status pending, sent or given_up
   */
  public record Notification(String orderId, String status, long attempts) {
    public boolean isPending() {
      return status.equals("pending");
    }

    public boolean isSent() {
      return status.equals("sent");
    }
  }

  public NotificationClient(URI base, ServiceAccess access) {
    super(ServiceName.NOTIFICATION, base, access);
  }

  /** The notification's status: pending, sent or given_up; empty when there is none. */
  public Optional<String> status(String orderId) throws InterruptedException {
    return details(orderId).map(found -> text(found, "status"));
  }

  /** The service's JSON about an order; empty when it does not know the order. */
  public Optional<JsonNode> details(String orderId) throws InterruptedException {
    return getIfPresent("/notifications/" + segment(orderId));
  }

  /**
   * Every notification of orders whose ids begin with {@code prefix}, sorted by order id.
   *
   * @param after the order id to start behind; empty for the first
   */
  public void eachNotification(String prefix, String after, Consumer<Notification> visitor)
      throws InterruptedException {
    each(
        "notifications",
        "order_id",
        prefix,
        after,
        entry ->
            visitor.accept(
                new Notification(
                    text(entry, "order_id"),
                    text(entry, "status"),
                    entry.path("attempts").longValue(0))));
  }

  /**
   * Every notification with a status, until the visitor returns false.
   *
   * @param status given_up or pending
   */
  public void eachWithStatus(String status, Predicate<JsonNode> visitor)
      throws InterruptedException {
    each("notifications", "status=" + status + "&", "", visitor);
  }

  /**
   * Resends the given-up notifications of some orders.
   *
   * @param orderIds at most {@link #MAX_RESENT}
   */
  public Resent resend(List<String> orderIds) throws InterruptedException {
    return resend(Map.of("order_ids", orderIds));
  }

  /** Resends given-up notifications, as many as the service takes at a time. */
  public Resent resendAll() throws InterruptedException {
    return resend(Map.of("all", true));
  }

  private Resent resend(Map<String, ?> request) throws InterruptedException {
    byte[] body = JsonMapper.shared().writeValueAsBytes(request);
    JsonNode answer =
        require(send("POST", "/notifications/resend", body), "resending notifications");
    List<String> others = new ArrayList<>();
    answer.path("not_given_up").forEach(id -> others.add(id.stringValue("")));
    return new Resent(
        answer.path("queued").longValue(0), others, answer.path("remaining").longValue(0));
  }
}
