package orderflow.cli.deadletter;

import java.util.HashMap;
import java.util.Map;
import orderflow.messaging.Delivery;
import orderflow.messaging.Fingerprint;

/**
 * The dead letters that a person was asked about. Between the question and the deed others may take
 * some, and what lies behind moves up: where letters are meant by their position, one that came to
 * lie there since is not. Not thread-safe.
 */
public final class Meant {
  private final DeadLetterFilter criteria;
  private final Map<Integer, Fingerprint> lying = new HashMap<>();
  private long count;

  public Meant(DeadLetterFilter criteria) {
    this.criteria = criteria;
  }

  /** Before the question. */
  public void look(DeadLetterInfo view, Delivery letter) {
    if (criteria.isMet(view)) {
      count++;
      if (criteria.isByPosition()) {
        lying.put(view.position(), Fingerprint.of(letter));
      }
    }
  }

  /** How many were looked at that are meant. */
  public long count() {
    return count;
  }

  /** After the question. */
  boolean isStill(DeadLetterInfo view, Delivery letter) {
    return criteria.isMet(view)
        && (!criteria.isByPosition() || Fingerprint.of(letter).equals(lying.get(view.position())));
  }

  /** The last position that can be meant. */
  int lastPosition() {
    return criteria.lastPosition();
  }
}
