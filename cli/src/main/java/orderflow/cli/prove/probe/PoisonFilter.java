package orderflow.cli.prove.probe;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import orderflow.messaging.Delivery;

/**
 * Tells the dead letters of poison that was sent from all others: by their message ids, and those
 * of a consumer that does not keep the id by their bytes, no more of them than were sent. Not
 * thread-safe.
 */
public final class PoisonFilter implements Predicate<Delivery> {
  private final Map<String, PoisonKind> sent;
  private final Set<String> found = new HashSet<>();

  /**
   * @param sent what was sent, by message id
   */
  public PoisonFilter(Map<String, PoisonKind> sent) {
    this.sent = Map.copyOf(sent);
  }

  @Override
  public boolean test(Delivery letter) {
    String messageId = letter.properties().messageId();
    String header = letter.properties().header(DeadLetterSearch.HEADER);
    String id = header == null ? messageId : header;
    if (id != null) {
      found.add(id);
      return sent.containsKey(id);
    }
    Optional<String> sameBytes =
        sent.entrySet().stream()
            .filter(entry -> Arrays.equals(entry.getValue().body(), letter.body()))
            .map(Map.Entry::getKey)
            .filter(unseen -> !found.contains(unseen))
            .findFirst();
    sameBytes.ifPresent(found::add);
    return sameBytes.isPresent();
  }
}
