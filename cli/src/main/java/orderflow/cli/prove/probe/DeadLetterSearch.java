package orderflow.cli.prove.probe;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Delivery;
import orderflow.messaging.MessageProperties;
import orderflow.messaging.QueueBrowser;
import org.jspecify.annotations.Nullable;

/**
 * Finds the dead letters of one run's poison messages among however many others, and keeps of each
 * only what the verdict needs. A dead letter without the message id and the header that were sent
 * is recognised by its bytes, if it came behind those that were there before. Not thread-safe.
 */
public final class DeadLetterSearch implements QueueBrowser.Visitor {
  /** Carries the message id too, which some consumers drop. */
  static final String HEADER = "orderflow-poison";

  private static final String PERSISTENT = "2";

  private final Map<String, PoisonKind> byId = new HashMap<>();
  private final Map<PoisonKind, Sighting> identified = new HashMap<>();
  private final Map<PoisonKind, Sighting> alike = new HashMap<>();
  private final long older;
  private long position;

  /**
   * @param count how many dead letters of one message there are
   * @param reason the first one's
   * @param intact whether each has the bytes that were sent
   * @param foundBy what the first was recognised by
   * @param lost what any of them has lost
   */
  private record Sighting(
      int count, @Nullable String reason, boolean intact, String foundBy, Set<String> lost) {
    Sighting and(Sighting next) {
      Set<String> all = new LinkedHashSet<>(lost);
      all.addAll(next.lost);
      return new Sighting(count + 1, reason, intact && next.intact, foundBy, all);
    }
  }

  /**
   * @param older how many dead letters were there before the messages were sent
   */
  DeadLetterSearch(String run, List<PoisonKind> kinds, long older) {
    kinds.forEach(kind -> byId.put(messageId(run, kind), kind));
    this.older = older;
  }

  /** What the message of one kind is sent with. */
  static MessageProperties properties(String run, PoisonKind kind) {
    String id = messageId(run, kind);
    return MessageProperties.persistent(id).withHeader(HEADER, id);
  }

  public static String messageId(String run, PoisonKind kind) {
    return run + "-" + kind;
  }

  /** Goes on to the end: a second dead letter of the same message may lie anywhere. */
  @Override
  public boolean visit(Delivery letter) {
    position++;
    String messageId = letter.properties().messageId();
    PoisonKind kind = messageId == null ? null : byId.get(messageId);
    if (kind != null) {
      identified.merge(kind, sighting(letter, kind, "message_id"), Sighting::and);
      return true;
    }
    String header = letter.properties().header(HEADER);
    kind = header == null ? null : byId.get(header);
    if (kind != null) {
      identified.merge(kind, sighting(letter, kind, "header"), Sighting::and);
    } else if (header == null && position > older) {
      byId.values().stream()
          .filter(wanted -> wanted.isBodyOf(letter) && !isOfAnotherRun(messageId, wanted))
          .forEach(wanted -> alike.merge(wanted, sighting(letter, wanted, "bytes"), Sighting::and));
    }
    return true;
  }

  private static boolean isOfAnotherRun(@Nullable String messageId, PoisonKind kind) {
    return messageId != null && messageId.endsWith("-" + kind);
  }

  private static Sighting sighting(Delivery letter, PoisonKind kind, String foundBy) {
    MessageProperties properties = letter.properties();
    Set<String> lost = new LinkedHashSet<>();
    if (!foundBy.equals("message_id")) {
      lost.add("message_id");
    }
    if (properties.header(HEADER) == null) {
      lost.add("headers");
    }
    if (!PERSISTENT.equals(properties.named().get("delivery_mode"))) {
      lost.add("delivery_mode");
    }
    return new Sighting(
        1, properties.header(DeadLetter.REASON), kind.isBodyOf(letter), foundBy, lost);
  }

  boolean foundAll() {
    return byId.values().stream()
        .allMatch(kind -> identified.containsKey(kind) || alike.containsKey(kind));
  }

  PoisonProbe.PoisonResult finding(PoisonKind kind, String queue) {
    Sighting found = identified.getOrDefault(kind, alike.get(kind));
    return found == null
        ? new PoisonProbe.PoisonResult(kind, queue, 0, null, true, null, List.of())
        : new PoisonProbe.PoisonResult(
            kind,
            queue,
            found.count(),
            found.reason(),
            found.intact(),
            found.foundBy(),
            new ArrayList<>(found.lost()));
  }
}
