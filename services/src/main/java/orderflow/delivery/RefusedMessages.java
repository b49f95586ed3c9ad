package orderflow.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import orderflow.messaging.MessagingException;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one lane that the broker refused, kept from one relay to the next. Decides when
 * one of them is retried: alone and with back-off. Not thread-safe, except {@link #bypassed}.
 *
 * <p>A nacked or returned message is its destination's fault: in a lane with one destination the
 * rest waits behind the oldest, in order; in a lane with several, others bypass up to {@link
 * #MAX_BYPASSED} of them. A message over which the broker closes the channel is itself at fault,
 * and others bypass it in any lane.
 */
final class RefusedMessages {
  static final int MAX_BYPASSED = 64;

  private static final BackOff BACK_OFF = BackOff.DEFAULT;

  /** Longer, because each retry costs the lane its connection. */
  private static final BackOff CLOSING_BACK_OFF =
      new BackOff(Duration.ofSeconds(15), Duration.ofMinutes(1));

  /** One retry in this many is for a message that closes the channel, if others wait as well. */
  private static final int CLOSING_TURN = 4;

  private final boolean mixed;
  private final SortedMap<Long, String> refused = new TreeMap<>();
  private final Map<Long, String> closing = new LinkedHashMap<>();
  private volatile Set<Long> bypassed = Set.of();
  private long suspectsUpTo;
  private @Nullable String unanswered;
  private int turn;
  private int failures;
  private Instant nextRetry = Instant.EPOCH;

  /**
   * @param mixed whether the lane has several destinations
   */
  RefusedMessages(boolean mixed) {
    this.mixed = mixed;
  }

  boolean isEmpty() {
    return refused.isEmpty() && closing.isEmpty();
  }

  int size() {
    return refused.size() + closing.size();
  }

  boolean contains(long id) {
    return refused.containsKey(id) || closing.containsKey(id);
  }

  /**
   * The lane's fault; empty when none is known.
   *
   * @param open whether any published message is unanswered
   */
  Optional<String> fault(boolean open) {
    if (isEmpty()) {
      return Optional.ofNullable(open ? unanswered : null);
    }
    return (refused.isEmpty() ? closing : refused).values().stream().findFirst();
  }

  /** The refused messages that others may bypass, as a snapshot for any thread. */
  Set<Long> bypassed() {
    return bypassed;
  }

  /** How many messages that are not refused yet may be published and unanswered. */
  int room() {
    return !mixed && !refused.isEmpty() ? 0 : Math.max(0, MAX_BYPASSED - size());
  }

  /**
   * Whether the messages behind {@code published} go one by one: one of them may have closed the
   * last channel, or the broker has not responded since the connection was lost.
   */
  boolean oneByOne(long published) {
    return unanswered != null || published < suspectsUpTo;
  }

  /** Whether a retry is due; a clock that was wrong delays it no longer than the back-off. */
  boolean isDue(Instant now) {
    return !isEmpty()
        && (!now.isBefore(nextRetry) || nextRetry.isAfter(now.plus(CLOSING_BACK_OFF.limit())));
  }

  /** The message to retry. */
  long next() {
    boolean closes =
        refused.isEmpty() || (turn % CLOSING_TURN == CLOSING_TURN - 1 && !closing.isEmpty());
    turn++;
    return closes ? closing.keySet().iterator().next() : refused.firstKey();
  }

  /** The broker nacked or returned the message {@code id}. */
  void refused(long id, String reason, Instant now) {
    unanswered = null;
    closing.remove(id);
    postpone(refused.put(id, reason) != null, now);
  }

  /** The broker confirmed the message {@code id}, or it no longer waits. */
  void confirmed(long id) {
    unanswered = null;
    if (contains(id)) {
      refused.remove(id);
      closing.remove(id);
      failures = 0;
      nextRetry = Instant.EPOCH;
      updateBypassed();
    }
  }

  /**
   * The channel was lost.
   *
   * @param open the published and unanswered messages, oldest first
   */
  void channelEnded(MessagingException failure, long[] open, Instant now) {
    if (open.length == 0) {
      return;
    }
    if (!failure.kind().closesChannel()) {
      unanswered = failure.detail();
    } else if (open.length > 1) {
      suspectsUpTo = Math.max(suspectsUpTo, open[open.length - 1]);
    } else {
      refused.remove(open[0]);
      boolean again = closing.remove(open[0]) != null;
      closing.put(open[0], failure.detail()); // at the end: its turn comes after the others
      postpone(again, now);
    }
  }

  private void postpone(boolean again, Instant now) {
    if (again || size() == 1) {
      failures = again ? failures + 1 : 0;
      nextRetry =
          now.plus((refused.isEmpty() ? CLOSING_BACK_OFF : BACK_OFF).withoutJitter(failures));
    }
    updateBypassed();
  }

  private void updateBypassed() {
    Set<Long> ids = new HashSet<>(closing.keySet());
    if (mixed) {
      ids.addAll(refused.keySet());
    }
    bypassed = Set.copyOf(ids);
  }
}
