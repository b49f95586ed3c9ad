package orderflow.cli.deadletter;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orderflow.messaging.Delivery;
import orderflow.messaging.Fingerprint;

/**
 * Dead letters that were chosen in a look, and released again. One that is taken later is known by
 * its properties and bytes: what came to lie in its place is not replayed. Not thread-safe.
 */
final class PlannedLetters {
  private final Map<Fingerprint, Deque<Planned>> letters = new HashMap<>();

  /**
   * @param letter where it lay and what it was; without its body
   * @param edited the body to send instead of its own, if any
   */
  record Planned(DeadLetterInfo letter, Optional<byte[]> edited) {}

  void add(Fingerprint fingerprint, Planned planned) {
    letters.computeIfAbsent(fingerprint, _ -> new ArrayDeque<>()).add(planned);
  }

  /** The plan for {@code letter}, once; empty when there is none. */
  Optional<Planned> take(Delivery letter) {
    Fingerprint fingerprint = Fingerprint.of(letter);
    Deque<Planned> alike = letters.get(fingerprint);
    if (alike == null) {
      return Optional.empty();
    }
    Planned planned = alike.remove();
    if (alike.isEmpty()) {
      letters.remove(fingerprint);
    }
    return Optional.of(planned);
  }

  /** Whether all were taken. */
  boolean isEmpty() {
    return letters.isEmpty();
  }

  /** Those that were not taken, from the head. */
  List<DeadLetterInfo> rest() {
    List<DeadLetterInfo> rest = new ArrayList<>();
    letters.values().forEach(alike -> alike.forEach(planned -> rest.add(planned.letter())));
    rest.sort(Comparator.comparingInt(DeadLetterInfo::position));
    return rest;
  }
}
