package orderflow.cli.deadletter;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orderflow.cli.deadletter.DeadLetterQueue.Selected;
import orderflow.messaging.Delivery;
import orderflow.messaging.Fingerprint;

/**
 * Messages that were selected in a browse and are to be taken later. They are recognised by
 * properties and bytes: another message at the same position is not taken. Not thread-safe.
 */
public final class DeadLetterPlan {
  private final boolean byPosition;
  private final Map<Fingerprint, List<Planned>> messages = new HashMap<>();
  private long size;

  /**
   * @param editedBody to send instead of its own, if any
   */
  record Planned(DeadLetterInfo info, Optional<byte[]> editedBody) {}

  /**
   * @param byPosition whether the position must match, too
   */
  public DeadLetterPlan(boolean byPosition) {
    this.byPosition = byPosition;
  }

  /** A plan of all {@code selected} messages. */
  public static DeadLetterPlan of(List<Selected> selected, boolean byPosition) {
    var plan = new DeadLetterPlan(byPosition);
    selected.forEach(one -> plan.add(one, Optional.empty()));
    return plan;
  }

  void add(Selected selected, Optional<byte[]> editedBody) {
    messages
        .computeIfAbsent(selected.fingerprint(), _ -> new ArrayList<>(1))
        .add(new Planned(selected.info(), editedBody));
    size++;
  }

  /** The plan for {@code message}, once; empty when there is none. */
  Optional<Planned> take(Delivery message, int position) {
    Fingerprint fingerprint = Fingerprint.of(message);
    List<Planned> candidates = messages.getOrDefault(fingerprint, List.of());
    for (Iterator<Planned> each = candidates.iterator(); each.hasNext(); ) {
      Planned planned = each.next();
      if (!byPosition || planned.info().position() == position) {
        each.remove();
        size--;
        return Optional.of(planned);
      }
    }
    return Optional.empty();
  }

  /** Whether {@code message} is planned; removes it from the plan. */
  public boolean takeIfPlanned(Delivery message, int position) {
    return take(message, position).isPresent();
  }

  /** The number of messages not taken yet. */
  public long size() {
    return size;
  }

  /** The messages that were not taken, from the head. */
  List<DeadLetterInfo> rest() {
    return messages.values().stream()
        .flatMap(List::stream)
        .map(Planned::info)
        .sorted(Comparator.comparingInt(DeadLetterInfo::position))
        .toList();
  }
}
