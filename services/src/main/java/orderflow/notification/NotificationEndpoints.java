package orderflow.notification;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orderflow.delivery.ReplayLog;
import orderflow.delivery.Signal;
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
import orderflow.store.Tx;
import tools.jackson.databind.JsonNode;

/** The notification service over HTTP. */
final class NotificationEndpoints {
  /** In one transaction; a client with more repeats the request. */
  private static final int MAX_RESENT = 500;

  private final Store store;
  private final Clock clock;
  private final Signal recorded;

  /**
   * @param recorded raised when there is a notification to send
   */
  NotificationEndpoints(Store store, Clock clock, Signal recorded) {
    this.store = store;
    this.clock = clock;
    this.recorded = recorded;
  }

  Routes routes() {
    return new Routes()
        .get("/notifications", this::list)
        .get("/notifications/{order_id}", request -> find(request.path("order_id")))
        .get("/notifications/resend", _ -> find("resend")) // an order may have this id
        .post("/notifications/resend", this::resend);
  }

  private Response list(Request request) {
    Page page = Page.of(request);
    String status = request.query("status").orElse("");
    List<NotificationTable.Row> rows =
        store.read(tx ->
            switch (status) {
              case "" -> NotificationTable.page(tx, page.afterKey(), page.fetch());
              case "given_up" -> NotificationTable.givenUp(tx, page.afterKey(), page.fetch());
              case "pending" -> NotificationTable.pending(tx, page.afterKey(), page.fetch());
              default -> throw new HttpProblem(400, "invalid", "status is given_up or pending");
            });
    return page.response(
        "notifications",
        rows.stream().map(NotificationTable.Row::toJson).toList(),
        json -> String.valueOf(json.get("order_id")));
  }

  private Response find(String orderId) {
    if (!Ids.isValid(orderId)) {
      throw new HttpProblem(400, "invalid", "order_id must be " + Ids.RULE);
    }
    return store
        .read(tx ->
            NotificationTable.find(tx, orderId)
                .map(row -> ReplayLog.with(tx, orderId, row.toJson())))
        .map(json -> Response.json(200, json))
        .orElseThrow(() -> new HttpProblem(404, "not_found", "no notification for such an order"));
  }

  /**
   * Sends notifications again that were given up: those of {@code order_ids}, or with {@code all}
   * up to {@link #MAX_RESENT}. The response has the number of queued ones, and the orders without a
   * notification that was given up.
   */
  private Response resend(Request request) {
    JsonNode json = body(request);
    boolean all = json.path("all").isBoolean() && json.path("all").booleanValue();
    List<String> requested = orderIds(json.path("order_ids"));
    if (all == json.has("order_ids")) {
      throw new HttpProblem(400, "invalid", "either order_ids or all is needed");
    }
    Map<String, Object> answer = store.write(Durability.SYNCED, tx -> resend(tx, all, requested));
    recorded.raise();
    return Response.json(200, answer);
  }

  private Map<String, Object> resend(Tx tx, boolean all, List<String> requested) {
    List<String> orderIds =
        all
            ? NotificationTable.givenUp(tx, "", MAX_RESENT).stream()
                .map(row -> row.notification().orderId())
                .toList()
            : requested;
    List<String> others = new ArrayList<>();
    for (String orderId : orderIds) {
      if (!NotificationTable.resend(tx, orderId, clock.instant())) {
        others.add(orderId);
      }
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("queued", orderIds.size() - others.size());
    answer.put("not_given_up", others);
    answer.put("remaining", NotificationTable.countGivenUp(tx));
    return answer;
  }

  private static JsonNode body(Request request) {
    try {
      return StrictJson.parse(request.body());
    } catch (InvalidEventException e) {
      throw new HttpProblem(400, "malformed", e.detail());
    }
  }

  private static List<String> orderIds(JsonNode array) {
    List<String> orderIds = new ArrayList<>();
    for (JsonNode one : array) {
      if (!one.isString() || !Ids.isValid(one.stringValue())) {
        throw new HttpProblem(400, "invalid", "an order_id must be " + Ids.RULE);
      }
      orderIds.add(one.stringValue());
    }
    if (orderIds.size() > MAX_RESENT) {
      throw new HttpProblem(400, "invalid", "order_ids has more than " + MAX_RESENT);
    }
    return orderIds.stream().distinct().toList();
  }
}
