package orderflow.cli.deadletter;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import orderflow.messaging.Delivery;
import orderflow.messaging.Fingerprint;

/**
 * Which letters of a queue have not been seen in an earlier look. Letters that are alike in
 * everything are told by how many there are. Not thread-safe.
 */
public final class SeenDeadLetters {
  /** How many letters of a look it can tell. */
  public static final int MOST_A_LOOK = 100_000;

  /** More than a look shows: what somebody else has in hand meanwhile is not forgotten. */
  private static final int MOST_KNOWN = 2 * MOST_A_LOOK;

  private final Map<Identity, Boolean> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Identity, Boolean> eldest) {
          return size() > MOST_KNOWN;
        }
      };

  private final Map<Fingerprint, Integer> inThisLook = new HashMap<>();

  private record Identity(Fingerprint fingerprint, int number) {}

  /** Another look begins. */
  public void begin() {
    inThisLook.clear();
  }

  /** To be asked once in a look for each letter. */
  public boolean isNew(Delivery letter) {
    Fingerprint fingerprint = Fingerprint.of(letter);
    int number = inThisLook.merge(fingerprint, 1, Integer::sum);
    return known.put(new Identity(fingerprint, number), true) == null;
  }
}
