package orderflow.event;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of an order. A foreign inventory may send the first three fields only.
 *
 * @param orderId see {@link Ids}
 * @param userId see {@link Ids}
 * @param itemId see {@link Ids}
 * @param reason of a failed order; at most {@link #MAX_REASON} characters
 */
public record InventoryOutcome(
    String orderId,
    Status status,
    String userId,
    @Nullable String itemId,
    @Nullable Integer qty,
    @Nullable String reason)
    implements Event {
  public static final int MAX_REASON = 1_000;

  /** The contract's two outcomes. */
  public enum Status {
    RESERVED("reserved"),
    FAILED("failed");

    private final String wire;

    Status(String wire) {
      this.wire = wire;
    }

    /** The name in JSON, log lines and the store. */
    public String wire() {
      return wire;
    }

    /**
     * @throws InvalidEventException when {@code wire} is neither of the two
     */
    public static Status of(String wire) {
      return switch (wire) {
        case "reserved" -> RESERVED;
        case "failed" -> FAILED;
        default ->
            throw InvalidEventException.invalid("status", "status must be reserved or failed");
      };
    }
  }

  /**
   * @throws InvalidEventException when a value is outside its range
   */
  public InventoryOutcome {
    Ids.require("order_id", orderId);
    Ids.require("user_id", userId);
    if (itemId != null) {
      Ids.require("item_id", itemId);
    }
    if (qty != null) {
      OrderPlaced.requireQty(qty);
    }
    if (reason != null && (reason.length() > MAX_REASON || !isText(reason))) {
      throw InvalidEventException.invalid(
          "reason", "reason must be text of at most " + MAX_REASON + " characters");
    }
  }

  /** JSON can contain half a surrogate pair, which UTF-8 cannot encode. */
  private static boolean isText(String reason) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(reason);
  }

  public static InventoryOutcome reserved(OrderPlaced order) {
    return new InventoryOutcome(
        order.orderId(), Status.RESERVED, order.userId(), order.itemId(), order.qty(), null);
  }

  public static InventoryOutcome failed(OrderPlaced order, String reason) {
    return new InventoryOutcome(
        order.orderId(), Status.FAILED, order.userId(), order.itemId(), order.qty(), reason);
  }

  @Override
  public Type type() {
    return switch (status) {
      case RESERVED -> Type.INVENTORY_RESERVED;
      case FAILED -> Type.INVENTORY_FAILED;
    };
  }
}
