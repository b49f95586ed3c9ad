package orderflow.order;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import orderflow.delivery.Outbox;
import orderflow.delivery.ReplayLog;
import orderflow.event.EventCodec;
import orderflow.event.Ids;
import orderflow.event.InvalidEventException;
import orderflow.event.OrderPlaced;
import orderflow.failpoint.Failpoint;
import orderflow.http.HttpProblem;
import orderflow.http.Page;
import orderflow.http.Request;
import orderflow.http.Response;
import orderflow.http.Routes;
import orderflow.order.OrderAcceptor.Decision;
import orderflow.store.Store;
import orderflow.store.StoreException;
import orderflow.store.Tx;
import org.jspecify.annotations.Nullable;

/** The HTTP endpoints of the order service. */
final class OrderEndpoints {
  private static final Duration COMMIT_LIMIT = Duration.ofSeconds(10);
  private static final int RETRY_AFTER_SECONDS = 1;

  private final Store store;
  private final Outbox outbox;
  private final GroupCommit commits;

  OrderEndpoints(Store store, Outbox outbox, GroupCommit commits) {
    this.store = store;
    this.outbox = outbox;
    this.commits = commits;
  }

  Routes routes() {
    return new Routes()
        .post("/order", this::place)
        .get("/order/{order_id}", this::find)
        .get("/orders", this::list);
  }

  private Response place(Request request) throws InterruptedException {
    OrderPlaced order = decode(request.body());
    return switch (decided(commits.submit(order))) {
      case ACCEPTED, REPEATED -> accepted(order.orderId());
      case CONFLICT ->
          throw new HttpProblem(
              409, "conflict", "another order with this order_id was accepted before");
      case OVERLOADED ->
          throw HttpProblem.unavailable(
              "overloaded", "too many orders wait; try the same order again", RETRY_AFTER_SECONDS);
    };
  }

  /** An id needs no escaping, see {@link Ids}. */
  private static Response accepted(String orderId) {
    Failpoint.ACCEPT_ANSWER_BEFORE.reach();
    String json = "{\"status\":\"accepted\",\"order_id\":\"" + orderId + "\"}";
    return Response.json(202, json.getBytes(StandardCharsets.US_ASCII));
  }

  private static OrderPlaced decode(byte[] body) {
    try {
      return EventCodec.decodeOrderPlaced(body);
    } catch (InvalidEventException e) {
      boolean badQuantity = "qty".equals(e.field()) && !e.isMissing();
      throw new HttpProblem(
          badQuantity ? 422 : 400,
          switch (e.kind()) {
            case MALFORMED -> "malformed";
            case INVALID -> "invalid";
          },
          e.detail());
    }
  }

  private static Decision decided(CompletableFuture<Decision> decision)
      throws InterruptedException {
    try {
      return decision.get(COMMIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw HttpProblem.unavailable(
          "store_slow",
          "the order could not be stored in time; try the same again",
          RETRY_AFTER_SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StoreException failure) {
        throw failure;
      }
      throw new IllegalStateException("accepting an order failed", e.getCause());
    }
  }

  private Response find(Request request) {
    String orderId = request.path("order_id");
    if (!Ids.isValid(orderId)) {
      throw new HttpProblem(400, "invalid", "order_id must be " + Ids.RULE);
    }
    return store
        .read(tx -> OrderTable.find(tx, orderId).map(row -> withHistory(tx, row)))
        .map(json -> Response.json(200, json))
        .orElseThrow(() -> new HttpProblem(404, "not_found", "no such order was accepted here"));
  }

  /** Adds the times of publish and confirm: null while it waits, missing when not recorded. */
  private Map<String, @Nullable Object> withHistory(Tx tx, OrderTable.Row row) {
    Map<String, @Nullable Object> json =
        new LinkedHashMap<>(ReplayLog.with(tx, row.order().orderId(), row.toJson()));
    if (row.outboxId() != null) {
      Outbox.Publication its = outbox.publication(tx, row.outboxId()).orElse(null);
      Instant confirmedAt = its == null ? null : its.confirmedAt();
      json.put("published_at", its == null ? null : its.at().toString());
      if (its == null || confirmedAt != null) {
        json.put("confirmed_at", confirmedAt == null ? null : confirmedAt.toString());
      }
    }
    return json;
  }

  private Response list(Request request) {
    Page page = Page.of(request);
    List<OrderTable.Row> rows =
        store.read(tx -> OrderTable.page(tx, page.afterKey(), page.fetch()));
    return page.response(
        "orders",
        rows.stream().map(OrderTable.Row::toJson).toList(),
        json -> String.valueOf(json.get("order_id")));
  }
}
