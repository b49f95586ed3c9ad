package orderflow.cli.client;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import tools.jackson.databind.JsonNode;

/** The inventory service from outside. Thread-safe. */
public final class InventoryClient implements AutoCloseable {
  private static final int OK = 200;

  private final JsonClient client;

  /**
   * What inventory decided about an order.
   *
   * @param deliveries how often the order has arrived there
   */
  public record Reservation(String orderId, String status, long qty, long deliveries) {
    private static Reservation of(JsonNode json) {
      return new Reservation(
          json.path("order_id").stringValue(""),
          json.path("status").stringValue(""),
          json.path("qty").longValue(0),
          json.path("deliveries").longValue(0));
    }
  }

  /**
   * One item.
   *
   * @param available how many are left; {@link Long#MAX_VALUE} when it is unlimited
   * @param reserved how many are reserved for orders
   */
  public record Stock(String itemId, long available, long reserved) {}

  public InventoryClient(URI base, ServiceAccess access) {
    this.client = new JsonClient("inventory service", ServiceName.INVENTORY.option(), base, access);
  }

  /** Where it is. */
  public URI base() {
    return client.base();
  }

  /**
   * The decision about an order, or empty when there is none.
   *
   * @throws orderflow.cli.io.CliException when the service does not answer, or with an error
   */
  public Optional<Reservation> reservation(String orderId) throws InterruptedException {
    return client.find("/reservations/" + JsonClient.segment(orderId)).map(Reservation::of);
  }

  /**
   * Every decision about orders whose ids begin with {@code prefix}, row by row.
   *
   * @param after leaves out the ids up to this one; empty for none
   */
  public void eachReservation(String prefix, String after, Consumer<Reservation> visitor)
      throws InterruptedException {
    PageReader.each(
        client,
        "reservations",
        "order_id",
        prefix,
        after,
        entry -> visitor.accept(Reservation.of(entry)));
  }

  /** Every item that has a stock or a reservation, in the order of their ids. */
  public void eachItem(Consumer<Stock> visitor) throws InterruptedException {
    PageReader.each(
        client,
        "stock",
        "item_id",
        "",
        "",
        entry -> visitor.accept(stock(entry.path("item_id").stringValue(""), entry)));
  }

  /**
   * How much of an item there is.
   *
   * @throws orderflow.cli.io.CliException when the service does not tell
   */
  public Stock stock(String itemId) throws InterruptedException {
    JsonClient.Reply reply = client.get("/stock/" + JsonClient.segment(itemId));
    if (reply.status() != OK) {
      throw new CliException(
          ExitCode.UNREACHABLE, "reading the stock failed: " + JsonClient.problem(reply));
    }
    return stock(itemId, reply.body());
  }

  /**
   * Sets how much of an item there is.
   *
   * @throws orderflow.cli.io.CliException when the service does not take it
   */
  public Stock setAvailable(String itemId, long available) throws InterruptedException {
    JsonClient.Reply reply =
        client.put(
            "/stock/" + JsonClient.segment(itemId),
            ("{\"available\":" + available + "}").getBytes(StandardCharsets.US_ASCII));
    if (reply.status() != OK) {
      throw new CliException(
          ExitCode.UNREACHABLE, "setting the stock failed: " + JsonClient.problem(reply));
    }
    return stock(itemId, reply.body());
  }

  private static Stock stock(String itemId, JsonNode json) {
    JsonNode available = json.path("available");
    return new Stock(
        itemId,
        available.isNumber() ? available.longValue() : Long.MAX_VALUE,
        json.path("reserved").longValue(0));
  }

  /** Whether the service answers questions about orders, known or not, as its contract has it. */
  public boolean answersFor(String orderId) throws InterruptedException {
    try {
      JsonClient.Reply reply = client.get("/reservations/" + JsonClient.segment(orderId));
      return reply.status() == OK || reply.body().path("error").isObject();
    } catch (CliException e) {
      return false;
    }
  }

  /**
   * What the service has on record about an order, as it tells it; empty when it does not know it.
   *
   * @throws orderflow.cli.io.CliException when it does not answer
   */
  public Optional<JsonNode> details(String orderId) throws InterruptedException {
    return client.find("/reservations/" + JsonClient.segment(orderId));
  }

  @Override
  public void close() {
    client.close();
  }
}
