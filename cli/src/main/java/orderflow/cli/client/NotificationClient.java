package orderflow.cli.client;

import java.net.URI;
import java.util.function.Consumer;

/** The notification service from outside. Thread-safe. */
public final class NotificationClient implements AutoCloseable {
  private final JsonClient client;

  /**
   * One user told, or to be told.
   *
   * @param status pending, sent or given_up
   */
  public record Notification(String orderId, String status) {}

  public NotificationClient(URI base) {
    this.client = new JsonClient("notification service", "--notification-url", base);
  }

  /** Every notification of orders whose ids begin with {@code prefix}, in the order of the ids. */
  public void eachNotification(String prefix, Consumer<Notification> visitor)
      throws InterruptedException {
    Listing.each(
        client,
        "notifications",
        "order_id",
        prefix,
        entry ->
            visitor.accept(
                new Notification(
                    entry.path("order_id").stringValue(""), entry.path("status").stringValue(""))));
  }

  @Override
  public void close() {
    client.close();
  }
}
