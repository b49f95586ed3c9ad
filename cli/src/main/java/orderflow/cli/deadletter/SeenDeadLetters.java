package orderflow.cli.deadletter;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import orderflow.messaging.Delivery;
import orderflow.messaging.Fingerprint;

/**
 * Detects messages of a queue that were not there in an earlier browse. Equal messages are counted.
 * Not thread-safe.
 */
public final class SeenDeadLetters {
  /** How many messages of a browse it distinguishes. */
  public static final int MOST_A_BROWSE = 100_000;

  /** More than a browse shows: messages that another client holds meanwhile are remembered. */
  private static final int MOST_KNOWN = 2 * MOST_A_BROWSE;

  private final Map<Identity, Boolean> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Identity, Boolean> eldest) {
          return size() > MOST_KNOWN;
        }
      };

  private final Map<Fingerprint, Integer> inThisBrowse = new HashMap<>();

  private record Identity(Fingerprint fingerprint, int number) {}

  /** To be called before each browse. */
  public void begin() {
    inThisBrowse.clear();
  }

  /** To be asked once for each message of a browse. */
  public boolean isNew(Delivery message) {
    Fingerprint fingerprint = Fingerprint.of(message);
    int number = inThisBrowse.merge(fingerprint, 1, Integer::sum);
    return known.put(new Identity(fingerprint, number), true) == null;
  }
}
