package orderflow.cli.scenario;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Delivery;
import orderflow.messaging.QueueBrowser;
import org.jspecify.annotations.Nullable;

/**
 * Finds the dead letters of one run's poison messages among however many others, and keeps of each
 * only what the verdict needs. Not thread-safe.
 */
final class LetterSearch implements QueueBrowser.Visitor {
  private final Map<String, PoisonKind> wanted = new HashMap<>();
  private final Map<PoisonKind, Sighting> sightings = new HashMap<>();

  /**
   * @param count how many dead letters of one message there are
   * @param reason the first one's
   * @param intact whether each has the bytes that were sent
   */
  private record Sighting(int count, @Nullable String reason, boolean intact) {}

  LetterSearch(String run, List<PoisonKind> kinds) {
    kinds.forEach(kind -> wanted.put(messageId(run, kind), kind));
  }

  /** What the message of one kind is recognised by. */
  static String messageId(String run, PoisonKind kind) {
    return run + "-" + kind;
  }

  /** Goes on to the end: a second dead letter of the same message may lie anywhere. */
  @Override
  public boolean visit(Delivery letter) {
    String messageId = letter.properties().messageId();
    PoisonKind kind = messageId == null ? null : wanted.get(messageId);
    if (kind != null) {
      Sighting before = sightings.get(kind);
      boolean intact = Arrays.equals(letter.body(), kind.body());
      sightings.put(
          kind,
          before == null
              ? new Sighting(1, letter.properties().header(DeadLetter.REASON), intact)
              : new Sighting(before.count() + 1, before.reason(), before.intact() && intact));
    }
    return true;
  }

  boolean foundAll() {
    return sightings.size() == wanted.size();
  }

  PoisonProbe.Finding finding(PoisonKind kind, String queue) {
    Sighting sighting = sightings.getOrDefault(kind, new Sighting(0, null, true));
    return new PoisonProbe.Finding(
        kind, queue, sighting.count(), sighting.reason(), sighting.intact());
  }
}
