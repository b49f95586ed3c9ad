package orderflow.event;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Encodes and decodes events as strict UTF-8 JSON. Any bytes give an event or an {@link
 * InvalidEventException}, within time and memory limited by {@link #MAX_BYTES}. Unknown fields are
 * ignored. Thread-safe.
 */
public final class EventCodec {
  /** A larger body is refused without decoding. */
  public static final int MAX_BYTES = 256 * 1024;

  private EventCodec() {}

  /**
   * @throws InvalidEventException when {@code body} is not an OrderPlaced
   */
  public static OrderPlaced decodeOrderPlaced(byte[] body) {
    JsonNode json = StrictJson.parse(body);
    return new OrderPlaced(
        text(json, "order_id"), text(json, "item_id"), qty(json), text(json, "user_id"));
  }

  /**
   * @throws InvalidEventException when {@code body} is not an InventoryReserved or InventoryFailed
   */
  public static InventoryOutcome decodeOutcome(byte[] body) {
    JsonNode json = StrictJson.parse(body);
    return new InventoryOutcome(
        text(json, "order_id"),
        InventoryOutcome.Status.of(text(json, "status")),
        text(json, "user_id"),
        optionalText(json, "item_id"),
        isAbsent(json, "qty") ? null : qty(json),
        optionalText(json, "reason"));
  }

  /** The event as the contract's JSON, fields in the contract's order. */
  public static byte[] encode(Event event) {
    ObjectNode json = StrictJson.JSON.createObjectNode();
    switch (event) {
      case OrderPlaced placed ->
          json.put("order_id", placed.orderId())
              .put("item_id", placed.itemId())
              .put("qty", placed.qty())
              .put("user_id", placed.userId());
      case InventoryOutcome outcome -> {
        json.put("order_id", outcome.orderId())
            .put("status", outcome.status().wire())
            .put("user_id", outcome.userId());
        if (outcome.itemId() != null) {
          json.put("item_id", outcome.itemId());
        }
        if (outcome.qty() != null) {
          json.put("qty", outcome.qty());
        }
        if (outcome.reason() != null) {
          json.put("reason", outcome.reason());
        }
      }
    }
    return StrictJson.JSON.writeValueAsBytes(json);
  }

  private static boolean isAbsent(JsonNode json, String field) {
    return json.path(field).isMissingNode() || json.path(field).isNull();
  }

  private static String text(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (value.isMissingNode()) {
      throw InvalidEventException.missing(field);
    }
    if (!value.isString()) {
      throw InvalidEventException.malformed(field, field + " must be a string");
    }
    return value.stringValue();
  }

  private static @Nullable String optionalText(JsonNode json, String field) {
    return isAbsent(json, field) ? null : text(json, field);
  }

  private static int qty(JsonNode json) {
    long qty = StrictJson.wholeNumber(json, "qty");
    OrderPlaced.requireQty(qty);
    return (int) qty;
  }
}
