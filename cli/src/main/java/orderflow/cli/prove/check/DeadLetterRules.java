package orderflow.cli.prove.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import orderflow.cli.prove.history.HistoryRecord.DeadLetter;
import orderflow.cli.prove.history.HistoryRecord.Header;
import orderflow.cli.prove.history.HistoryRecord.Published;
import org.jspecify.annotations.Nullable;

/** Judges the dead letters by what verify published. */
final class DeadLetterRules {
  private static final String EXPECTED = "dead_letter";

  /** What a dead letter cannot keep without being lost or refused; moved to headers. */
  private static final Set<String> MOVED = Set.of("delivery_mode", "expiration", "user_id");

  private final ObservedRun run;
  private final TimeRule times;
  private final Map<String, List<DeadLetter>> byMessageId = new HashMap<>();
  private final Set<DeadLetter> explained = new HashSet<>();
  private long expected;
  private long right;

  DeadLetterRules(ObservedRun run, TimeRule times) {
    this.run = run;
    this.times = times;
  }

  void judge() {
    for (DeadLetter each : run.deadLetters) {
      byMessageId
          .computeIfAbsent(each.properties().getOrDefault("message_id", ""), _ -> new ArrayList<>())
          .add(each);
    }
    for (Published message : run.published) {
      if (message.expect().equals(EXPECTED) && message.confirmed()) {
        expected++;
        right += judge(message) ? 1 : 0;
      }
    }
    for (DeadLetter each : run.deadLetters) {
      if (!explained.contains(each)) {
        unexpected(each);
      }
    }
  }

  /** How many messages had to become dead letters. */
  long expected() {
    return expected;
  }

  /** How many of them did, unchanged. */
  long right() {
    return right;
  }

  private static String name(Published message) {
    return "poison " + message.properties().getOrDefault("message_id", "without a message_id");
  }

  private boolean judge(Published message) {
    List<DeadLetter> found = find(message);
    explained.addAll(found);
    if (found.isEmpty()) {
      run.findings.add(
          Rule.DEAD_LETTER_MISSING,
          "%s has no dead letter in %s%s".formatted(name(message), message.queue(), Contract.DLQ));
      return false;
    }
    long distinct =
        found.stream().map(each -> String.valueOf(header(each, Contract.ID))).distinct().count();
    long count = message.mayRepeat() ? distinct : found.size();
    if (count > 1) {
      run.findings.add(
          Rule.DEAD_LETTER_MISSING, "%s has %d dead letters".formatted(name(message), count));
    }
    boolean isRight = count == 1;
    for (DeadLetter each : found) {
      isRight &= unchanged(message, each);
      isRight &= hasHeaders(message, each);
    }
    return isRight;
  }

  private List<DeadLetter> find(Published message) {
    String queue = message.queue() + Contract.DLQ;
    String messageId = message.properties().getOrDefault("message_id", "");
    List<DeadLetter> byId =
        byMessageId.getOrDefault(messageId, List.of()).stream()
            .filter(each -> each.queue().equals(queue))
            .filter(each -> !messageId.isEmpty() || Arrays.equals(each.body(), message.body()))
            .toList();
    if (!byId.isEmpty()) {
      return byId;
    }
    // It may have lost its properties.
    return run.deadLetters.stream()
        .filter(each -> each.queue().equals(queue) && !explained.contains(each))
        .filter(each -> !each.properties().containsKey("message_id"))
        .filter(each -> Arrays.equals(each.body(), message.body()))
        .limit(1)
        .toList();
  }

  private boolean unchanged(Published message, DeadLetter found) {
    List<String> changes = new ArrayList<>();
    if (!Arrays.equals(message.body(), found.body())) {
      changes.add(
          "%d bytes instead of %d, or other bytes"
              .formatted(found.body().length, message.body().length));
    }
    if (run.start().visible().properties()) {
      addChangedProperties(changes, message, found);
    }
    changes.forEach(change ->
        run.findings.add(
            Rule.DEAD_LETTER_CHANGED,
            "the dead letter of %s has %s".formatted(name(message), change)));
    return changes.isEmpty();
  }

  private static void addChangedProperties(
      List<String> changes, Published message, DeadLetter found) {
    message
        .properties()
        .forEach((name, value) -> {
          if (!MOVED.contains(name) && !value.equals(found.properties().get(name))) {
            changes.add(
                "the property %s %s instead of %s"
                    .formatted(name, found.properties().get(name), value));
          }
        });
    if (!Contract.PERSISTENT.equals(found.properties().get("delivery_mode"))) {
      changes.add("no delivery_mode 2");
    }
    for (Header header : message.headers()) {
      if (!found.headers().contains(header) && !isMoved(header)) {
        changes.add("not the header " + header.name());
      }
    }
  }

  /** Such headers would change the delivery; they are renamed. */
  private static boolean isMoved(Header header) {
    return header.name().equals("CC")
        || header.name().equals("BCC")
        || header.name().startsWith("x-orderflow-");
  }

  private boolean hasHeaders(Published message, DeadLetter found) {
    if (!run.start().visible().properties()) {
      return true;
    }
    List<String> wrong = new ArrayList<>();
    for (String name : Contract.DEAD_LETTER_HEADERS) {
      if (header(found, name) == null) {
        wrong.add("has no header " + name);
      }
    }
    differ(wrong, found, Contract.REASON, message.reason());
    differ(wrong, found, Contract.ORIGIN_EXCHANGE, message.exchange());
    differ(wrong, found, Contract.ORIGIN_KEY, message.routingKey());
    String at = header(found, Contract.AT);
    if (at != null) {
      times.require(null, Contract.AT + " of " + name(message), at);
    }
    wrong.forEach(text ->
        run.findings.add(
            Rule.DEAD_LETTER_HEADERS, "the dead letter of %s %s".formatted(name(message), text)));
    return wrong.isEmpty();
  }

  private static void differ(
      List<String> wrong, DeadLetter found, String name, @Nullable String value) {
    String actual = header(found, name);
    if (value != null && actual != null && !actual.equals(value)) {
      String word = name.equals(Contract.REASON) ? "the reason" : name;
      wrong.add("has %s %s instead of %s".formatted(word, actual, value));
    }
  }

  private static @Nullable String header(DeadLetter letter, String name) {
    return letter.headers().stream()
        .filter(header -> header.name().equals(name))
        .map(Header::value)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** One that verify did not cause: of an order, or of nobody. */
  private void unexpected(DeadLetter letter) {
    String queue =
        letter.queue().endsWith(Contract.DLQ)
            ? letter.queue().substring(0, letter.queue().length() - Contract.DLQ.length())
            : letter.queue();
    String orderId = orderId(letter);
    if (orderId != null) {
      OrderTrace trace = run.trace(orderId);
      trace.deadLetters.add(queue);
      run.find(
          Rule.DEAD_LETTER_UNEXPECTED,
          trace,
          "in %s, reason %s".formatted(letter.queue(), header(letter, Contract.REASON)));
    }
  }

  private @Nullable String orderId(DeadLetter letter) {
    String inBody = Content.text(Content.object(letter.body()), "order_id");
    if (run.isOfRun(inBody)) {
      return inBody;
    }
    String prefix = run.start().prefix();
    String messageId = letter.properties().getOrDefault("message_id", "");
    int at = messageId.indexOf(prefix);
    return at < 0 ? null : messageId.substring(at);
  }
}
