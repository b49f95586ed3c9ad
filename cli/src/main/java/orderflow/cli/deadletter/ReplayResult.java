package orderflow.cli.deadletter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of one dead letter that was meant.
 *
 * @param to where it went or would go; null when that is not known
 * @param detail why it was not replayed, what is not known of it, or what it was sent without; null
 *     when there is nothing to add
 * @param outcome what its order became; null when that was not followed or did not show
 * @param sent what was sent for it; null when nothing was
 */
public record ReplayResult(
    DeadLetterInfo letter,
    String queue,
    Status fate,
    @Nullable String to,
    @Nullable String detail,
    @Nullable String outcome,
    @Nullable Sent sent) {
  /**
   * What was sent.
   *
   * @param queue the contract's queue that it arrives in; null when it is another
   * @param mark of its body, by which it is known when it comes back
   * @param destinations the queues that it is for, as far as that is known
   */
  public record Sent(@Nullable String queue, long mark, List<String> destinations) {
    public Sent {
      destinations = List.copyOf(destinations);
    }
  }

  /** In one word. */
  public enum Status {
    REPLAYED,
    /** It would be, without {@code --dry-run}. */
    CHOSEN,
    /** The person changed nothing of it in the editor, so it was left where it is. */
    LEFT,
    /** It would die again, or cannot be sent, so it was left where it is. */
    REFUSED,
    /** The broker would not take it, so it was left where it is. */
    FAILED,
    /** It arrived, and may be in its queue still. */
    UNREMOVED,
    /** It was published and not confirmed: nobody can tell whether it arrived. It was left. */
    UNKNOWN,
    /** A fault came first: nothing was published for it, and it was left where it is. */
    UNTOUCHED;

    /** As it stands in JSON. */
    public String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** The same, for those who keep many. */
  public ReplayResult withoutBody() {
    return new ReplayResult(letter.withoutBody(), queue, fate, to, detail, outcome, sent);
  }

  /** The same, for which that was sent. */
  ReplayResult with(Sent message) {
    return new ReplayResult(letter, queue, fate, to, detail, outcome, message);
  }

  /** The same, of which nothing is sent, or not for sure. */
  ReplayResult ended(Status instead, String why) {
    return new ReplayResult(letter, queue, instead, to, why, null, null);
  }

  /** The same, with what its order became. */
  public ReplayResult with(@Nullable String became) {
    return new ReplayResult(letter, queue, fate, to, detail, became, sent);
  }

  /** The contract for programs. */
  public Map<String, @Nullable Object> toJson() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("queue", queue);
    json.put("position", letter.position());
    json.put("id", letter.id().isEmpty() ? null : letter.id());
    json.put("order_id", letter.orderId());
    json.put("result", fate.wire());
    json.put("to", to);
    json.put("detail", detail);
    json.put("outcome", outcome);
    return json;
  }
}
