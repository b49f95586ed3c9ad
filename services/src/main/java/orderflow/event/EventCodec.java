package orderflow.event;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events to and from the contract's bytes: UTF-8 JSON, strict. Any bytes give an event or an {@link
 * InvalidEventException}, nothing else, in time and memory bounded by {@link #MAX_BYTES}. Unknown
 * fields are ignored. Thread-safe.
 */
public final class EventCodec {
  /** A body above this is refused without a look inside. */
  public static final int MAX_BYTES = 256 * 1024;

  private static final int MAX_DEPTH = 16;
  private static final int MAX_NUMBER_LENGTH = 64;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_NUMBER_LENGTH)
                          .maxStringLength(MAX_BYTES)
                          .maxNameLength(1_024)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final ObjectReader READER = JSON.readerFor(JsonNode.class);

  private EventCodec() {}

  /**
   * @throws InvalidEventException when {@code body} is not an OrderPlaced
   */
  public static OrderPlaced decodeOrderPlaced(byte[] body) {
    JsonNode json = parse(body);
    return new OrderPlaced(
        text(json, "order_id"), text(json, "item_id"), qty(json), text(json, "user_id"));
  }

  /**
   * @throws InvalidEventException when {@code body} is not an InventoryReserved or InventoryFailed
   */
  public static InventoryOutcome decodeOutcome(byte[] body) {
    JsonNode json = parse(body);
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
    ObjectNode json = JSON.createObjectNode();
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
    return JSON.writeValueAsBytes(json);
  }

  private static JsonNode parse(byte[] body) {
    if (body.length == 0) {
      throw InvalidEventException.malformed("the body is empty");
    }
    if (body.length > MAX_BYTES) {
      throw InvalidEventException.malformed("the body is larger than " + MAX_BYTES + " bytes");
    }
    JsonNode json;
    try {
      json = READER.readValue(decodeUtf8(body));
    } catch (JacksonException e) {
      throw InvalidEventException.malformed("the body is not strict JSON" + position(e));
    }
    if (json == null || !json.isObject()) {
      throw InvalidEventException.malformed("the body is not a JSON object");
    }
    return json;
  }

  /** Decodes before parsing, because a JSON parser on bytes also guesses UTF-16 and UTF-32. */
  private static String decodeUtf8(byte[] body) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(body))
          .toString();
    } catch (CharacterCodingException e) {
      throw InvalidEventException.malformed("the body is not UTF-8");
    }
  }

  private static String position(JacksonException e) {
    var location = e.getLocation();
    return location == null || location.getLineNr() < 0
        ? ""
        : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }

  private static boolean isAbsent(JsonNode json, String field) {
    return json.path(field).isMissingNode() || json.path(field).isNull();
  }

  private static String text(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (value.isMissingNode()) {
      throw InvalidEventException.malformed(field, field + " is missing");
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
    JsonNode value = json.path("qty");
    if (value.isMissingNode()) {
      throw InvalidEventException.malformed("qty", "qty is missing");
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw InvalidEventException.malformed(
          "qty", "qty must be a whole number from 1 to " + OrderPlaced.MAX_QTY);
    }
    OrderPlaced.requireQty(value.longValue());
    return value.intValue();
  }
}
