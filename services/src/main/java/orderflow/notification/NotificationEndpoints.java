package orderflow.notification;

import java.util.List;
import orderflow.delivery.ReplayLog;
import orderflow.event.Ids;
import orderflow.http.Answer;
import orderflow.http.HttpProblem;
import orderflow.http.Page;
import orderflow.http.Request;
import orderflow.http.Routes;
import orderflow.store.Store;

/** The notification service over HTTP. */
final class NotificationEndpoints {
  private final Store store;

  NotificationEndpoints(Store store) {
    this.store = store;
  }

  Routes routes() {
    return new Routes()
        .get("/notifications", this::list)
        .get("/notifications/{order_id}", this::find);
  }

  private Answer list(Request request) {
    Page page = Page.of(request);
    List<NotificationTable.Row> rows =
        store.read(tx -> NotificationTable.page(tx, page.afterKey(), page.fetch()));
    return page.answer(
        "notifications",
        rows.stream().map(NotificationTable.Row::toJson).toList(),
        json -> String.valueOf(json.get("order_id")));
  }

  private Answer find(Request request) {
    String orderId = request.path("order_id");
    if (!Ids.isValid(orderId)) {
      throw new HttpProblem(400, "invalid", "order_id must be " + Ids.RULE);
    }
    return store
        .read(tx ->
            NotificationTable.find(tx, orderId)
                .map(row -> ReplayLog.with(tx, orderId, row.toJson())))
        .map(json -> Answer.json(200, json))
        .orElseThrow(() -> new HttpProblem(404, "not_found", "no notification for such an order"));
  }
}
