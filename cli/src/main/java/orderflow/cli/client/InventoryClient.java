package orderflow.cli.client;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import orderflow.cli.io.CliException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Client of the inventory service. All methods throw CliException when it does not answer. */
public final class InventoryClient extends ServiceClient {
  /**
   * The decision about an order.
   *
   * @param deliveries how often the order was delivered
   */
  public record Reservation(String orderId, String status, long qty, long deliveries) {
    private static Reservation of(JsonNode json) {
      return new Reservation(
          text(json, "order_id"),
          text(json, "status"),
          json.path("qty").longValue(0),
          json.path("deliveries").longValue(0));
    }
  }

  /**
   * The stock of an item.
   *
   * @param available {@link Long#MAX_VALUE} when it is unlimited
   */
  public record Stock(String itemId, long available, long reserved) {
    private static Stock of(String itemId, JsonNode json) {
      return new Stock(
          itemId,
          json.path("available").longValue(Long.MAX_VALUE),
          json.path("reserved").longValue(0));
    }
  }

  public InventoryClient(URI base, ServiceAccess access) {
    super(ServiceName.INVENTORY, base, access);
  }

  /** The decision about an order; empty when there is none. */
  public Optional<Reservation> reservation(String orderId) throws InterruptedException {
    return details(orderId).map(Reservation::of);
  }

  /** The service's JSON about an order; empty when it does not know the order. */
  public Optional<JsonNode> details(String orderId) throws InterruptedException {
    return getIfPresent("/reservations/" + segment(orderId));
  }

  /** Whether the service has {@code GET /reservations/{id}}, known order or not. */
  public boolean answersFor(String orderId) throws InterruptedException {
    try {
      Reply reply = get("/reservations/" + segment(orderId));
      return reply.status() == OK || reply.body().path("error").isObject();
    } catch (CliException e) {
      return false;
    }
  }

  /**
   * Every reservation of orders whose ids begin with {@code prefix}, sorted by id.
   *
   * @param after the order id to start behind; empty for the first
   */
  public void eachReservation(String prefix, String after, Consumer<Reservation> visitor)
      throws InterruptedException {
    each("reservations", "order_id", prefix, after, entry -> visitor.accept(Reservation.of(entry)));
  }

  /** Every item that has a stock or a reservation, sorted by id. */
  public void eachItem(Consumer<Stock> visitor) throws InterruptedException {
    each(
        "stock",
        "item_id",
        "",
        "",
        entry -> visitor.accept(Stock.of(text(entry, "item_id"), entry)));
  }

  public Stock stock(String itemId) throws InterruptedException {
    return Stock.of(itemId, require(get("/stock/" + segment(itemId)), "reading the stock"));
  }

  /** Sets the available stock of an item. */
  public Stock setAvailable(String itemId, long available) throws InterruptedException {
    byte[] body = JsonMapper.shared().writeValueAsBytes(Map.of("available", available));
    return Stock.of(
        itemId, require(send("PUT", "/stock/" + segment(itemId), body), "setting the stock"));
  }
}
