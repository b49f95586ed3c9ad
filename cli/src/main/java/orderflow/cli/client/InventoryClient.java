package orderflow.cli.client;

import java.net.URI;
import java.util.Optional;
import java.util.function.Consumer;

/** The inventory service from outside. Thread-safe. */
public final class InventoryClient implements AutoCloseable {
  private static final int NOT_FOUND = 404;

  private final JsonClient client;

  /**
   * What inventory decided about an order.
   *
   * @param deliveries how often the order has arrived there
   */
  public record Reservation(String orderId, String status, long deliveries) {}

  public InventoryClient(URI base) {
    this.client = new JsonClient("inventory service", "--inventory-url", base);
  }

  /** Where it is. */
  public URI base() {
    return client.base();
  }

  /**
   * The decision about an order, or empty when there is none.
   *
   * @throws orderflow.cli.CommandFailure when the service does not answer
   */
  public Optional<Reservation> reservation(String orderId) throws InterruptedException {
    JsonClient.Reply reply = client.get("/reservations/" + orderId);
    return reply.status() == NOT_FOUND
        ? Optional.empty()
        : Optional.of(
            new Reservation(
                orderId,
                reply.body().path("status").stringValue(""),
                reply.body().path("deliveries").longValue(0)));
  }

  /** Every decision about orders whose ids begin with {@code prefix}, in the order of the ids. */
  public void eachReservation(String prefix, Consumer<Reservation> visitor)
      throws InterruptedException {
    Listing.each(
        client,
        "reservations",
        "order_id",
        prefix,
        entry ->
            visitor.accept(
                new Reservation(
                    entry.path("order_id").stringValue(""),
                    entry.path("status").stringValue(""),
                    entry.path("deliveries").longValue(0))));
  }

  @Override
  public void close() {
    client.close();
  }
}
