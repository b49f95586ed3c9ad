package orderflow.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;
import orderflow.event.EventCodec;
import orderflow.event.InvalidEventException;
import orderflow.event.InventoryOutcome;
import orderflow.event.OrderPlaced;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Message;
import orderflow.messaging.Topology;
import orderflow.notification.NotificationTestDriver.SentContent;
import orderflow.testing.Amqp;
import orderflow.testing.ScriptedBroker;
import org.jspecify.annotations.Nullable;

/** The requests and responses, the committed outbox entries and the messages of a run. */
final class SimulationHistory {
  /** Names the dead letter that an edited message was. */
  static final String EDITED = "x-simulation-edited";

  /** The order that each id was accepted for: 202. */
  private final Map<String, OrderPlaced> accepted = new LinkedHashMap<>();

  /** Orders that may be recorded: the response was 202, or none. */
  private final Set<OrderPlaced> possible = new HashSet<>();

  private final Map<String, Set<OrderPlaced>> foreignOrders = new HashMap<>();
  private final Map<String, Set<InventoryOutcome>> foreignOutcomes = new TreeMap<>();
  private final Map<Poisoned, Reason> poison = new HashMap<>();
  private final Map<String, List<SentContent>> notified = new TreeMap<>();
  private final Set<String> recordedAsSent = new HashSet<>();
  private final Map<String, Map<Identity, Copies>> copies = new TreeMap<>();
  private final Map<String, Map<Identity, List<String>>> removed = new TreeMap<>();
  private final Map<String, Integer> replayed = new HashMap<>();
  private final Map<String, List<Message>> appendedEvents = new TreeMap<>();
  private final Map<String, Message> unpublished = new LinkedHashMap<>();
  private final Set<String> appended = new HashSet<>();
  private final List<String> violations = new ArrayList<>();

  /**
   * Messages with the same identity are duplicates for a consumer.
   *
   * @param body see {@link #text}
   * @param exchange where it was published, with which key
   */
  record Identity(
      String body, @Nullable String messageId, int replays, String exchange, String routingKey) {
    static Identity of(Message message) {
      return of(message, message.exchange(), message.routingKey());
    }

    /** Of the original message of {@code deadLetter}. */
    static Identity ofDeadLetter(Message deadLetter) {
      return of(
          deadLetter,
          String.valueOf(deadLetter.properties().header(DeadLetter.EXCHANGE)),
          String.valueOf(deadLetter.properties().header(DeadLetter.ROUTING_KEY)));
    }

    private static Identity of(Message message, String exchange, String routingKey) {
      String replays = message.properties().header(DeadLetter.REPLAYS);
      return new Identity(
          text(message.body()),
          message.properties().messageId(),
          replays == null ? 0 : Integer.parseInt(replays),
          exchange,
          routingKey);
    }
  }

  /** The copies of one message in one queue. */
  static final class Copies {
    private final Message original;
    private final Set<Reason> reasons = new TreeSet<>();
    private final Set<String> deadLetterIds = new TreeSet<>();
    private int published;
    private int returned;
    private int deadLetters;
    private int unanswered;

    Copies(Message original) {
      this.original = original;
    }

    /** How many the queue has got. */
    int published() {
      return published;
    }

    /** How often one of them was redelivered. */
    int returned() {
      return returned;
    }

    /** How many dead letters were committed for them. */
    int deadLetters() {
      return deadLetters;
    }

    /** How many of those in transactions whose commit was reported as failed. */
    int unanswered() {
      return unanswered;
    }

    /** The ids of their dead letters. */
    Set<String> deadLetterIds() {
      return deadLetterIds;
    }

    /** The reasons of their dead letters. */
    Set<Reason> reasons() {
      return reasons;
    }
  }

  private record Poisoned(String queue, String body, @Nullable String messageId) {}

  /** A client got the response 202. */
  void accepted(OrderPlaced order) {
    possible.add(order);
    OrderPlaced before = accepted.putIfAbsent(order.orderId(), order);
    if (before != null && !before.equals(order)) {
      violate("conflict: %s was accepted twice".formatted(order.orderId()));
    }
  }

  /** A client got no response. */
  void notResponded(OrderPlaced order) {
    possible.add(order);
  }

  /** Another program publishes an order. */
  void foreign(OrderPlaced order) {
    foreignOrders.computeIfAbsent(order.orderId(), id -> new HashSet<>()).add(order);
  }

  /** Another program publishes an outcome. */
  void foreign(InventoryOutcome outcome) {
    foreignOutcomes.computeIfAbsent(outcome.orderId(), id -> new HashSet<>()).add(outcome);
  }

  /** Another program publishes a message that {@code queue} has to reject. */
  void poison(String queue, Message message, Reason reason) {
    poison.put(new Poisoned(queue, text(message.body()), message.properties().messageId()), reason);
  }

  /** A user was notified. */
  void notified(SentContent content) {
    if (recordedAsSent.contains(content.orderId())) {
      violate("notified again: %s was recorded as sent".formatted(content.orderId()));
    }
    notified.computeIfAbsent(content.orderId(), id -> new ArrayList<>()).add(content);
  }

  /** It is recorded that the user of an order was notified. */
  void recordedAsSent(String orderId) {
    recordedAsSent.add(orderId);
  }

  /**
   * A service committed to publish {@code message}.
   *
   * @param unanswered whether the commit was reported as failed
   */
  void appended(Message message, boolean unanswered) {
    if (message.exchange().isEmpty()) {
      Copies of =
          copies(Topology.deadLetterOrigin(message.routingKey()))
              .get(Identity.ofDeadLetter(message));
      if (of != null) {
        of.deadLetters++;
        of.unanswered += unanswered ? 1 : 0;
        of.deadLetterIds.add(String.valueOf(message.properties().header(DeadLetter.ID)));
      }
    } else {
      appendedEvents
          .computeIfAbsent(
              String.valueOf(Amqp.basic(message.properties()).getCorrelationId()),
              any -> new ArrayList<>())
          .add(message);
    }
    appended.add(key(message));
    unpublished.put(key(message), message);
  }

  /** A service publishes {@code message}, and the broker takes it. */
  void published(Message message) {
    unpublished.remove(key(message));
    boolean replay =
        message.properties().header(DeadLetter.REPLAYS) != null
            && message.properties().header(DeadLetter.ID) == null;
    if (replay) {
      String edited = message.properties().header(EDITED);
      replayed.merge(edited == null ? text(message.body()) : edited, 1, Integer::sum);
    } else if (!appended.contains(key(message))) {
      violate("without a cause: published, never committed: %s".formatted(Identity.of(message)));
    }
  }

  /** Byte for byte. */
  private static String key(Message message) {
    return String.join(
        "\n",
        message.exchange(),
        message.routingKey(),
        new String(message.properties().encode(), StandardCharsets.ISO_8859_1),
        text(message.body()));
  }

  /** A queue took {@code message}. */
  void routed(Message message) {
    for (String target : ScriptedBroker.targets(message)) {
      if (Topology.QUEUES.contains(target)) {
        copies(target, message).published++;
      } else {
        routedDeadLetter(Topology.deadLetterOrigin(target), message);
      }
    }
  }

  private void routedDeadLetter(String queue, Message deadLetter) {
    Copies of = copies(queue).get(Identity.ofDeadLetter(deadLetter));
    if (of == null) {
      violate(
          "dead letters: one in %s, of nothing: %s"
              .formatted(queue, Identity.ofDeadLetter(deadLetter)));
      return;
    }
    DeadLetterComparison.differences(of.original, deadLetter)
        .forEach(difference ->
            violate(
                "dead letters: %s of %s".formatted(difference, Identity.ofDeadLetter(deadLetter))));
    String name = deadLetter.properties().header(DeadLetter.REASON);
    Optional<Reason> reason =
        Arrays.stream(Reason.values()).filter(each -> each.wire().equals(name)).findFirst();
    if (reason.isEmpty()) {
      violate("dead letters: an unknown reason: %s".formatted(name));
    }
    reason.ifPresent(of.reasons::add);
  }

  private Copies copies(String queue, Message message) {
    return copies
        .computeIfAbsent(queue, name -> new LinkedHashMap<>())
        .computeIfAbsent(Identity.of(message), identity -> new Copies(message));
  }

  /** A consumer was cut off before it had acknowledged {@code message}. */
  void returned(String queue, Message message) {
    if (Topology.QUEUES.contains(queue)) {
      copies(queue, message).returned++;
    }
  }

  void removed(String queue, Message message) {
    String id = message.properties().header(DeadLetter.ID);
    if (id != null) {
      removed
          .computeIfAbsent(queue, name -> new HashMap<>())
          .computeIfAbsent(Identity.ofDeadLetter(message), identity -> new ArrayList<>())
          .add(id);
    }
  }

  /** Adds a violation. */
  void violate(String violation) {
    violations.add(violation);
  }

  List<String> violations() {
    return violations;
  }

  /** The messages that {@code queue} has got. */
  Map<Identity, Copies> copies(String queue) {
    return copies.getOrDefault(queue, Map.of());
  }

  /**
   * The ids of the dead letters that were removed from {@code queue}, by their original message.
   */
  Map<Identity, List<String>> removed(String queue) {
    return removed.getOrDefault(queue, Map.of());
  }

  /** How often a dead letter with {@code body} was replayed, unchanged or edited. */
  int replayed(String body) {
    return replayed.getOrDefault(body, 0);
  }

  Map<String, OrderPlaced> accepted() {
    return accepted;
  }

  /** Whether some client that posted {@code order} was not refused. */
  boolean isPossible(OrderPlaced order) {
    return possible.contains(order);
  }

  /** The orders that other programs published under an id. */
  Set<OrderPlaced> foreignOrders(String orderId) {
    return foreignOrders.getOrDefault(orderId, Set.of());
  }

  /** The outcomes that other programs published, by id. */
  Map<String, Set<InventoryOutcome>> foreignOutcomes() {
    return foreignOutcomes;
  }

  /** Why {@code queue} is to refuse a message, where it was sent to be refused. */
  @Nullable Reason poison(String queue, Identity message) {
    return poison.get(new Poisoned(queue, message.body(), message.messageId()));
  }

  /** The notifications of each order. */
  Map<String, List<SentContent>> notified() {
    return notified;
  }

  /** The events that were committed to be published about one order, to {@code exchange}. */
  List<Message> appendedEvents(String exchange, String orderId) {
    return appendedEvents.getOrDefault(orderId, List.of()).stream()
        .filter(message -> message.exchange().equals(exchange))
        .toList();
  }

  /** The orders that events were committed to be published about. */
  Set<String> withEvents() {
    return appendedEvents.keySet();
  }

  /** Committed messages that were never published. */
  List<Identity> unpublished() {
    return unpublished.values().stream().map(Identity::of).toList();
  }

  /** The orders that reached inventory, by id; several where their contents clash. */
  Map<String, Set<OrderPlaced>> placed() {
    Map<String, Set<OrderPlaced>> placed = new TreeMap<>();
    copies(Topology.ORDER_PLACED).keySet().stream()
        .filter(message -> poison(Topology.ORDER_PLACED, message) == null)
        .forEach(message ->
            order(message.body())
                .forEach(order ->
                    placed.computeIfAbsent(order.orderId(), id -> new HashSet<>()).add(order)));
    return placed;
  }

  /** The order in a body, if it is one. */
  static List<OrderPlaced> order(String body) {
    try {
      return List.of(EventCodec.decodeOrderPlaced(bytes(body)));
    } catch (InvalidEventException e) {
      return List.of();
    }
  }

  /** The outcome in a body, if it is one. */
  static List<InventoryOutcome> outcome(String body) {
    try {
      return List.of(EventCodec.decodeOutcome(bytes(body)));
    } catch (InvalidEventException e) {
      return List.of();
    }
  }

  private static byte[] bytes(String body) {
    return Objects.requireNonNull(body).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The body, a character a byte; of one that is too large its length and two sums. */
  static String text(byte[] body) {
    if (body.length <= EventCodec.MAX_BYTES) {
      return new String(body, StandardCharsets.ISO_8859_1);
    }
    var crc = new CRC32();
    crc.update(body);
    return "%d bytes %08x %08x".formatted(body.length, Arrays.hashCode(body), crc.getValue());
  }
}
