package orderflow.cli.client;

import java.net.URI;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** The notification service from outside. Thread-safe. */
public final class NotificationClient implements AutoCloseable {

  private final JsonClient client;

  /**
   * One user told, or to be told.
   *
   * @param status pending, sent or given_up
   * @param attempts how often telling was tried, as far as the service knows
   */
  public record Notification(String orderId, String status, long attempts) {
    /** Whether it is still to be sent. */
    public boolean isPending() {
      return status.equals("pending");
    }

    public boolean isSent() {
      return status.equals("sent");
    }
  }

  public NotificationClient(URI base, ServiceAccess access) {
    this.client =
        new JsonClient("notification service", ServiceName.NOTIFICATION.option(), base, access);
  }

  /** Where it is. */
  public URI base() {
    return client.base();
  }

  /** The order's notification: pending, sent or given_up; or empty when there is none. */
  public Optional<String> status(String orderId) throws InterruptedException {
    return client
        .find("/notifications/" + JsonClient.segment(orderId))
        .map(found -> found.path("status").stringValue(""));
  }

  /**
   * Every notification of orders whose ids begin with {@code prefix}, row by row.
   *
   * @param after leaves out the ids up to this one; empty for none
   */
  public void eachNotification(String prefix, String after, Consumer<Notification> visitor)
      throws InterruptedException {
    Listing.each(
        client,
        "notifications",
        "order_id",
        prefix,
        after,
        entry ->
            visitor.accept(
                new Notification(
                    entry.path("order_id").stringValue(""),
                    entry.path("status").stringValue(""),
                    entry.path("attempts").longValue(0))));
  }

  /**
   * What the service has on record about an order, as it tells it; empty when it does not know it.
   *
   * @throws orderflow.cli.CommandFailure when it does not answer
   */
  public Optional<JsonNode> details(String orderId) throws InterruptedException {
    return client.find("/notifications/" + JsonClient.segment(orderId));
  }

  @Override
  public void close() {
    client.close();
  }
}
