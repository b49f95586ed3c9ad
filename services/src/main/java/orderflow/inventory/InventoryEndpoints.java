package orderflow.inventory;

import java.util.List;
import orderflow.delivery.ReplayLog;
import orderflow.event.Ids;
import orderflow.event.InvalidEventException;
import orderflow.event.StrictJson;
import orderflow.http.HttpProblem;
import orderflow.http.Page;
import orderflow.http.Request;
import orderflow.http.Response;
import orderflow.http.Routes;
import orderflow.store.Store;
import orderflow.store.Store.Durability;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The HTTP endpoints of the inventory service. */
final class InventoryEndpoints {
  private final Store store;

  InventoryEndpoints(Store store) {
    this.store = store;
  }

  Routes routes() {
    return new Routes()
        .get("/stock", this::listStock)
        .get("/stock/{item_id}", this::findStock)
        .put("/stock/{item_id}", this::setStock)
        .get("/reservations", this::listReservations)
        .get("/reservations/{order_id}", this::findReservation);
  }

  private Response listStock(Request request) {
    Page page = Page.of(request);
    List<StockTable.Level> levels =
        store.read(tx -> StockTable.page(tx, page.afterKey(), page.fetch()));
    return page.response(
        "stock",
        levels.stream().map(StockTable.Level::toJson).toList(),
        json -> String.valueOf(json.get("item_id")));
  }

  private Response findStock(Request request) {
    String itemId = id(request, "item_id");
    StockTable.Level level =
        store.read(tx -> StockTable.find(tx, itemId)).orElse(new StockTable.Level(itemId, null, 0));
    return Response.json(200, level.toJson());
  }

  private Response setStock(Request request) {
    String itemId = id(request, "item_id");
    Long available = available(request.body());
    StockTable.Level level =
        store.write(
            Durability.SYNCED,
            tx -> {
              StockTable.setAvailable(tx, itemId, available);
              return StockTable.find(tx, itemId).orElseThrow();
            });
    return Response.json(200, level.toJson());
  }

  /** A whole number, or null for unlimited. */
  private static @Nullable Long available(byte[] body) {
    try {
      JsonNode json = StrictJson.parse(body);
      if (json.has("available") && json.path("available").isNull()) {
        return null;
      }
      long available = StrictJson.wholeNumber(json, "available");
      if (available < 0 || available > StockTable.MAX_LEVEL) {
        throw new HttpProblem(
            422, "invalid", "available must be a whole number from 0 to " + StockTable.MAX_LEVEL);
      }
      return available;
    } catch (InvalidEventException e) {
      throw new HttpProblem(
          e.field() == null || e.isMissing() ? 400 : 422, "malformed", e.detail());
    }
  }

  private Response listReservations(Request request) {
    Page page = Page.of(request);
    List<ReservationTable.Row> rows =
        store.read(tx -> ReservationTable.page(tx, page.afterKey(), page.fetch()));
    return page.response(
        "reservations",
        rows.stream().map(ReservationTable.Row::toJson).toList(),
        json -> String.valueOf(json.get("order_id")));
  }

  private Response findReservation(Request request) {
    String orderId = id(request, "order_id");
    return store
        .read(tx ->
            ReservationTable.find(tx, orderId)
                .map(row -> ReplayLog.with(tx, orderId, row.toJson())))
        .map(json -> Response.json(200, json))
        .orElseThrow(() -> new HttpProblem(404, "not_found", "no decision about such an order"));
  }

  private static String id(Request request, String name) {
    String id = request.path(name);
    if (!Ids.isValid(id)) {
      throw new HttpProblem(400, "invalid", name + " must be " + Ids.RULE);
    }
    return id;
  }
}
