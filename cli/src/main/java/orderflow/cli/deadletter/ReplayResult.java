package orderflow.cli.deadletter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result for one selected dead letter.
 *
 * @param info without the body
 * @param to where it went or would go; null when that is unknown
 * @param detail why it was not replayed, or what is not known of it; null for nothing to add
 * @param outcome of its order; null when that was not followed or is not known
 * @param sent null when nothing was sent for it
 */
public record ReplayResult(
    DeadLetterInfo info,
    String queue,
    Status status,
    @Nullable String to,
    @Nullable String detail,
    @Nullable String outcome,
    @Nullable Sent sent) {
  public ReplayResult {
    info = info.withoutBody();
  }

  /** Nothing was sent. */
  static ReplayResult of(DeadLetterInfo info, String queue, Status status, String detail) {
    return new ReplayResult(info, queue, status, null, detail, null, null);
  }

  /**
   * The published message.
   *
   * @param queue the contract's queue that it arrives in; null for any other
   * @param mark of its body, see {@link RedeadDetector#mark}
   * @param destinations as far as known
   */
  public record Sent(@Nullable String queue, long mark, List<String> destinations) {
    public Sent {
      destinations = List.copyOf(destinations);
    }
  }

  /** Except for {@link #REPLAYED} and {@link #UNREMOVED}, the message stays in its queue. */
  public enum Status {
    REPLAYED,
    /** It would be replayed, without {@code --dry-run}. */
    CHOSEN,
    /** The user changed nothing in the editor. */
    LEFT,
    /** It would be dead-lettered again, or its destination does not take it. */
    REFUSED,
    /** The broker did not accept it. */
    FAILED,
    /** Published and confirmed; it may still be in its queue, too. */
    UNREMOVED,
    /** Published, not confirmed: it may have arrived. */
    UNKNOWN,
    /** A fault came first: nothing was published. */
    UNTOUCHED;

    /** As JSON has it. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Nothing, or nothing for certain, was sent. */
  ReplayResult ended(Status instead, String why) {
    return new ReplayResult(info, queue, instead, to, why, null, null);
  }

  public ReplayResult withOutcome(String known) {
    return new ReplayResult(info, queue, status, to, detail, known, sent);
  }

  /** As the JSON schema has it. */
  public Map<String, @Nullable Object> toJson() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("queue", queue);
    json.put("position", info.position());
    json.put("id", info.id().isEmpty() ? null : info.id());
    json.put("order_id", info.orderId());
    json.put("result", status.wire());
    json.put("to", to);
    json.put("detail", detail);
    json.put("outcome", outcome);
    return json;
  }
}
