package orderflow.cli.prove.probe;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orderflow.cli.prove.probe.PoisonProbe.PoisonResult;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Delivery;
import orderflow.messaging.MessageProperties;
import orderflow.messaging.QueueBrowser;
import org.jspecify.annotations.Nullable;

/**
 * Finds the dead letters of one run's poison messages in a queue. One that has lost its message id
 * and header is recognised by its bytes, if it is behind those that were there before. Not
 * thread-safe.
 */
public final class DeadLetterSearch implements QueueBrowser.Visitor {
  /** Holds the message id as well, which some consumers drop. */
  static final String HEADER = "orderflow-poison";

  private static final String PERSISTENT = "2";

  private final Map<String, PoisonKind> byId = new HashMap<>();
  private final Map<PoisonKind, Match> identified = new HashMap<>();
  private final Map<PoisonKind, Match> matchedByBody = new HashMap<>();
  private final long older;
  private long position;

  /**
   * @param count of dead letters of one message
   * @param reason of the first one
   * @param intact whether each has the bytes that were sent
   * @param foundBy how the first was recognised
   * @param lost properties that any of them has lost
   */
  private record Match(
      int count, @Nullable String reason, boolean intact, String foundBy, Set<String> lost) {
    Match and(Match next) {
      Set<String> all = new LinkedHashSet<>(lost);
      all.addAll(next.lost);
      return new Match(count + 1, reason, intact && next.intact, foundBy, all);
    }
  }

  /**
   * @param older how many dead letters were in the queue before
   */
  DeadLetterSearch(String run, List<PoisonKind> kinds, long older) {
    kinds.forEach(kind -> byId.put(messageId(run, kind), kind));
    this.older = older;
  }

  /** The properties that the message of one kind is sent with. */
  static MessageProperties properties(String run, PoisonKind kind) {
    String id = messageId(run, kind);
    return MessageProperties.persistent(id).withHeader(HEADER, id);
  }

  public static String messageId(String run, PoisonKind kind) {
    return run + "-" + kind;
  }

  /** Visits all: a second dead letter of a message may be anywhere. */
  @Override
  public boolean visit(Delivery message) {
    position++;
    String messageId = message.properties().messageId();
    String header = message.properties().header(HEADER);
    PoisonKind kind = messageId == null ? null : byId.get(messageId);
    String foundBy = "message_id";
    if (kind == null && header != null) {
      kind = byId.get(header);
      foundBy = "header";
    }
    if (kind != null) {
      identified.merge(kind, match(message, kind, foundBy), Match::and);
    } else if (header == null && position > older) {
      byId.values().stream()
          .filter(wanted -> wanted.isBodyOf(message) && !isOfAnotherRun(messageId, wanted))
          .forEach(
              wanted -> matchedByBody.merge(wanted, match(message, wanted, "bytes"), Match::and));
    }
    return true;
  }

  private static boolean isOfAnotherRun(@Nullable String messageId, PoisonKind kind) {
    return messageId != null && messageId.endsWith("-" + kind);
  }

  private static Match match(Delivery message, PoisonKind kind, String foundBy) {
    MessageProperties properties = message.properties();
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
    return new Match(
        1, properties.header(DeadLetter.REASON), kind.isBodyOf(message), foundBy, lost);
  }

  boolean foundAll() {
    return byId.values().stream()
        .allMatch(kind -> identified.containsKey(kind) || matchedByBody.containsKey(kind));
  }

  PoisonResult result(PoisonKind kind, String queue) {
    Match match = identified.getOrDefault(kind, matchedByBody.get(kind));
    return match == null
        ? new PoisonResult(kind, queue, 0, null, true, null, List.of())
        : new PoisonResult(
            kind,
            queue,
            match.count(),
            match.reason(),
            match.intact(),
            match.foundBy(),
            new ArrayList<>(match.lost()));
  }
}
