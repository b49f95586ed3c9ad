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
import orderflow.messaging.Publisher.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one lane that the broker refused, from one session to the next, and when one of
 * them is tried again: alone, and with back-off. Decides only. Not thread-safe, but for {@link
 * #bypassed}.
 *
 * <p>A nack or a return is the destination's: in a lane with one destination the rest waits behind
 * the oldest, in order. Where a lane has several, up to {@link #MAX_BYPASSED} wait aside while
 * others pass. A message over which the broker closes the channel is the message's own fault, and
 * others pass it in any lane.
 */
final class RefusedMessages {
  static final int MAX_BYPASSED = 64;

  private static final BackOff BACK_OFF = BackOff.DEFAULT;

  /** Each try costs the lane its connection; so seldom that sessions last. */
  private static final BackOff CLOSING_BACK_OFF =
      new BackOff(Duration.ofSeconds(15), Duration.ofMinutes(1));

  /** One try in so many is for a message that closes the channel, where others wait as well. */
  private static final int CLOSING_TURN = 4;

  private final boolean mixed;
  private final SortedMap<Long, Refused> held = new TreeMap<>();
  private final Map<Long, String> closing = new LinkedHashMap<>();
  private volatile Set<Long> bypassed = Set.of();
  private long unknownUpTo;
  private @Nullable String unanswered;
  private int turn;
  private int failures;
  private Instant nextTry = Instant.EPOCH;

  private record Refused(String why, Refusal.Kind kind) {}

  RefusedMessages(boolean mixed) {
    this.mixed = mixed;
  }

  boolean isEmpty() {
    return held.isEmpty() && closing.isEmpty();
  }

  int size() {
    return held.size() + closing.size();
  }

  boolean contains(long id) {
    return held.containsKey(id) || closing.containsKey(id);
  }

  /** Why the first of them is refused. */
  String reason() {
    return held.isEmpty()
        ? closing.values().iterator().next()
        : held.values().iterator().next().why();
  }

  /**
   * What is wrong with the lane; empty when nothing is, as far as is known.
   *
   * @param open whether anything is published and not answered
   */
  Optional<String> fault(boolean open) {
    return isEmpty() ? Optional.ofNullable(open ? unanswered : null) : Optional.of(reason());
  }

  /** Those that others may pass, as a snapshot for any thread. */
  Set<Long> bypassed() {
    return bypassed;
  }

  /** How many messages may be under way that are not refused yet. */
  int room() {
    return !mixed && !held.isEmpty() ? 0 : Math.max(0, MAX_BYPASSED - size());
  }

  /**
   * Whether what comes behind {@code published} goes one by one: it may be what closed the last
   * channel, or is the first since a broker did not answer at all.
   */
  boolean oneByOne(long published) {
    return unanswered != null || published < unknownUpTo;
  }

  /** Whether any is refused because no queue takes it: to declare the topology may help. */
  boolean isAnyUnroutable() {
    return held.values().stream().anyMatch(each -> each.kind() == Refusal.Kind.UNROUTABLE);
  }

  /** Whether one is to be tried again; a clock that was wrong puts it off for no longer. */
  boolean isDue(Instant now) {
    return !isEmpty()
        && (!now.isBefore(nextTry) || nextTry.isAfter(now.plus(CLOSING_BACK_OFF.limit())));
  }

  /** Which is to be tried again. */
  long next() {
    boolean closes =
        held.isEmpty() || (turn % CLOSING_TURN == CLOSING_TURN - 1 && !closing.isEmpty());
    turn++;
    return closes ? closing.keySet().iterator().next() : held.firstKey();
  }

  /** The topology was declared anew: the oldest may be taken now. */
  void declared() {
    if (!held.isEmpty()) {
      nextTry = Instant.EPOCH;
    }
  }

  /** The broker answered that it did not take the message with {@code id}. */
  void refused(long id, String why, Refusal.Kind kind, Instant now) {
    unanswered = null;
    closing.remove(id);
    boolean again = held.put(id, new Refused(why, kind)) != null;
    putOff(again, now);
  }

  /** The broker took the message with {@code id}, or it does not wait any more. */
  void confirmed(long id) {
    unanswered = null;
    if (contains(id)) {
      held.remove(id);
      closing.remove(id);
      failures = 0;
      nextTry = Instant.EPOCH;
      bypassed = snapshot();
    }
  }

  /**
   * A session has ended.
   *
   * @param open what was published and not answered, oldest first
   */
  void channelEnded(MessagingException failure, long[] open, Instant now) {
    if (open.length == 0) {
      return;
    }
    if (!failure.kind().closesChannel()) {
      unanswered = failure.detail();
    } else if (open.length > 1) {
      unknownUpTo = Math.max(unknownUpTo, open[open.length - 1]);
    } else {
      held.remove(open[0]);
      boolean again = closing.remove(open[0]) != null;
      closing.put(open[0], failure.detail());
      putOff(again, now);
    }
  }

  private void putOff(boolean again, Instant now) {
    if (again || size() == 1) {
      failures = again ? failures + 1 : 0;
      nextTry = now.plus((held.isEmpty() ? CLOSING_BACK_OFF : BACK_OFF).withoutJitter(failures));
    }
    bypassed = snapshot();
  }

  private Set<Long> snapshot() {
    return Set.copyOf(mixed ? union() : closing.keySet());
  }

  private Set<Long> union() {
    Set<Long> all = new HashSet<>(held.keySet());
    all.addAll(closing.keySet());
    return all;
  }
}
