package orderflow.cli.prove.check;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.prove.history.HistoryRecord.Expectations;
import orderflow.cli.prove.history.HistoryRecord.Header;
import orderflow.cli.prove.history.HistoryRecord.Visible;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Builds histories of a few orders for tests of the rules. */
final class TestHistory {
  static final String PREFIX = "run-";
  static final Instant STARTED = Instant.parse("2026-12-01T10:00:00Z");
  private static final String ITEM = "item";
  private static final Instant AT = STARTED.plusSeconds(1);

  final List<HistoryRecord> records = new ArrayList<>();
  private long stockReserved;
  private long stock;
  private long available = Long.MAX_VALUE;
  private Visible visible = Visible.ALL;
  private Expectations expect = new Expectations(0.9, 2_000, 45_000, 0);
  private HistoryRecord.End end =
      new HistoryRecord.End(60_000, "quiescent", 0, Map.of(), Map.of(), 1);
  private boolean hasEnd = true;

  static String id(int number) {
    return PREFIX + "%08d".formatted(number);
  }

  TestHistory sees(Visible what) {
    visible = what;
    return this;
  }

  TestHistory stock(long had, long left) {
    stock = had;
    available = left;
    return this;
  }

  TestHistory expect(Expectations wanted) {
    expect = wanted;
    return this;
  }

  TestHistory end(HistoryRecord.End last) {
    end = last;
    return this;
  }

  TestHistory withoutEnd() {
    hasEnd = false;
    return this;
  }

  TestHistory addReserved(long quantity) {
    stockReserved += quantity;
    return this;
  }

  TestHistory add(HistoryRecord added) {
    records.add(added);
    return this;
  }

  TestHistory remove(Predicate<HistoryRecord> removed) {
    records.removeIf(removed);
    return this;
  }

  /** Replaces the records of one kind. */
  <T extends HistoryRecord> TestHistory replace(Class<T> kind, UnaryOperator<T> change) {
    records.replaceAll(each -> kind.isInstance(each) ? change.apply(kind.cast(each)) : each);
    return this;
  }

  static String order(String id) {
    return "{\"order_id\":\"%s\",\"item_id\":\"item\",\"qty\":2,\"user_id\":\"U1\"}".formatted(id);
  }

  static String outcome(String id, String status) {
    return "{\"order_id\":\"%s\",\"status\":\"%s\",\"user_id\":\"U1\",\"item_id\":\"item\",\"qty\":2%s}"
        .formatted(id, status, status.equals("failed") ? ",\"reason\":\"no stock\"" : "");
  }

  /** An order that is accepted, and right at each station. */
  TestHistory placed(String id, String status) {
    return accepted(id).decided(id, status);
  }

  TestHistory accepted(String id) {
    return request(id, order(id), 202, "{\"status\":\"accepted\",\"order_id\":\"" + id + "\"}");
  }

  TestHistory request(String id, String body, int status, String answer) {
    return add(
        new HistoryRecord.Request(
            1_010,
            "order",
            "POST",
            "/order",
            body,
            1_000L,
            1_000,
            status,
            status == 0 ? null : answer,
            status == 0 ? "no answer" : null));
  }

  /** All stations behind the response. */
  TestHistory decided(String id, String status) {
    orderRow(id, status);
    add(placedEvent(id));
    add(outcomeEvent(id, status));
    reservation(id, status);
    if (status.equals("reserved")) {
      notification(id);
    }
    return this;
  }

  TestHistory orderRow(String id, String status) {
    return add(
        row("order", "orders", id)
            .with("status", status)
            .with("item_id", ITEM)
            .with("qty", 2)
            .with("user_id", "U1")
            .with("accepted_at", AT.toString())
            .build());
  }

  TestHistory reservation(String id, String status) {
    stockReserved += status.equals("reserved") ? 2 : 0;
    return add(
        row("inventory", "reservations", id)
            .with("status", status)
            .with("item_id", ITEM)
            .with("qty", 2)
            .with("user_id", "U1")
            .with("decided_at", AT.toString())
            .build());
  }

  TestHistory notification(String id) {
    return notification(id, "sent", 1);
  }

  TestHistory notification(String id, String status, int attempts) {
    return add(
        row("notification", "notifications", id)
            .with("user_id", "U1")
            .with("status", status)
            .with("attempts", attempts)
            .with("recorded_at", AT.toString())
            .build());
  }

  static HistoryRecord.Message placedEvent(String id) {
    return event(id, "order_events", "order.placed", "OrderPlaced", order(id));
  }

  static HistoryRecord.Message outcomeEvent(String id, String status) {
    boolean isReserved = status.equals("reserved");
    return event(
        id,
        "inventory_events",
        isReserved ? "inventory.reserved" : "inventory.failed",
        isReserved ? "InventoryReserved" : "InventoryFailed",
        outcome(id, status));
  }

  private static HistoryRecord.Message event(
      String id, String exchange, String key, String type, String body) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("content_type", "application/json");
    properties.put("delivery_mode", "2");
    properties.put("correlation_id", id);
    properties.put("message_id", type + ":" + id);
    properties.put("timestamp", AT.toString());
    properties.put("type", type);
    return new HistoryRecord.Message(
        1_020, exchange, key, properties, List.of(), body.getBytes(StandardCharsets.UTF_8));
  }

  static HistoryRecord.Message with(HistoryRecord.Message message, String property, String value) {
    Map<String, String> properties = new LinkedHashMap<>(message.properties());
    properties.put(property, value);
    return new HistoryRecord.Message(
        message.t(),
        message.exchange(),
        message.routingKey(),
        properties,
        message.headers(),
        message.body());
  }

  static HistoryRecord.Message withBody(HistoryRecord.Message message, String body) {
    return new HistoryRecord.Message(
        message.t(),
        message.exchange(),
        message.routingKey(),
        message.properties(),
        message.headers(),
        body.getBytes(StandardCharsets.UTF_8));
  }

  /** A dead letter with the headers of the contract. */
  static HistoryRecord.DeadLetter deadLetter(
      String queue, Map<String, String> properties, String body, String reason) {
    List<Header> headers = new ArrayList<>();
    headers.add(new Header("orderflow-poison", "text", "p"));
    headers.add(new Header("x-orderflow-reason", "text", reason));
    headers.add(new Header("x-orderflow-detail", "text", "it is no JSON"));
    headers.add(new Header("x-orderflow-exchange", "text", "order_events"));
    headers.add(new Header("x-orderflow-routing-key", "text", "order.placed"));
    headers.add(new Header("x-orderflow-at", "text", AT.toString()));
    headers.add(new Header("x-orderflow-id", "text", "id-1"));
    return new HistoryRecord.DeadLetter(
        59_000, queue, properties, headers, body.getBytes(StandardCharsets.UTF_8));
  }

  /** A fault that lasts from {@code from} to {@code until}. */
  TestHistory fault(
      String name, @Nullable String target, long from, long until, boolean stopsIntake) {
    add(new HistoryRecord.Fault(from, "start", name, target, stopsIntake, false, false));
    return add(new HistoryRecord.Fault(until, "end", name, target, stopsIntake, false, false));
  }

  private static RowBuilder row(String service, String table, String id) {
    return new RowBuilder(service, table).with("order_id", id);
  }

  /** Fields of a row. */
  private static final class RowBuilder {
    private final String service;
    private final String table;
    private final ObjectNode fields = JsonMapper.shared().createObjectNode();

    RowBuilder(String service, String table) {
      this.service = service;
      this.table = table;
    }

    RowBuilder with(String name, String value) {
      fields.put(name, value);
      return this;
    }

    RowBuilder with(String name, int value) {
      fields.put(name, value);
      return this;
    }

    HistoryRecord.Row build() {
      return new HistoryRecord.Row(59_000, service, table, fields);
    }
  }

  /** One row with another value in a field. */
  static HistoryRecord.Row changed(HistoryRecord.Row row, String field, String value) {
    ObjectNode fields = (ObjectNode) row.fields().deepCopy();
    fields.put(field, value);
    return new HistoryRecord.Row(row.t(), row.service(), row.table(), fields);
  }

  static String idOf(HistoryRecord each) {
    return each instanceof HistoryRecord.Row row
        ? row.fields().path("order_id").stringValue("")
        : "";
  }

  static boolean isRow(HistoryRecord each, String table, String id) {
    return each instanceof HistoryRecord.Row row
        && row.table().equals(table)
        && idOf(row).equals(id);
  }

  static boolean isEvent(HistoryRecord each, String exchange, String id) {
    return each instanceof HistoryRecord.Message message
        && message.exchange().equals(exchange)
        && id.equals(message.properties().get("correlation_id"));
  }

  List<HistoryRecord> all() {
    List<HistoryRecord> all = new ArrayList<>();
    all.add(
        new HistoryRecord.Start(
            0,
            "test",
            "for a test",
            "run",
            PREFIX,
            ITEM,
            stock,
            100,
            STARTED.toString(),
            expect,
            visible));
    all.addAll(records);
    ObjectNode level = JsonMapper.shared().createObjectNode().put("item_id", ITEM);
    if (available == Long.MAX_VALUE) {
      level.putNull("available");
    } else {
      level.put("available", available);
    }
    level.put("reserved", stockReserved);
    all.add(new HistoryRecord.Row(59_000, "inventory", "stock", level));
    if (hasEnd) {
      all.add(end);
    }
    return all;
  }

  Judgment judge() {
    return Checker.judge(all());
  }
}
