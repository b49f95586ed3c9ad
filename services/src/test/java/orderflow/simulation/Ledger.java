package orderflow.simulation;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import orderflow.event.EventCodec;
import orderflow.event.InvalidEventException;
import orderflow.event.InventoryOutcome;
import orderflow.event.OrderPlaced;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Message;
import orderflow.messaging.Topology;
import orderflow.testing.ScriptedBroker;
import org.jspecify.annotations.Nullable;

/** What clients were told and what went over the wire, as nobody inside the flow can change it. */
final class Ledger {
  /** Names the dead letter that an edited message was. */
  static final String EDITED = "x-simulation-edited";

  /** The order that each id was accepted for: 202. */
  private final Map<String, OrderPlaced> accepted = new LinkedHashMap<>();

  private final Set<String> clashes = new HashSet<>();
  private final Map<String, Integer> told = new HashMap<>();
  private final Map<String, Map<Identity, Integer>> copies = new TreeMap<>();
  private final Map<String, Map<Identity, Set<String>>> removed = new TreeMap<>();
  private final Map<String, Integer> replayed = new HashMap<>();
  private final Map<String, Set<String>> outcomes = new HashMap<>();

  /**
   * What makes two messages the same message to whoever receives them: copies of one identity are
   * duplicates.
   *
   * @param body a character a byte
   */
  record Identity(String body, @Nullable String messageId, int replays) {
    static Identity of(Message message) {
      String replays = message.properties().header(DeadLetter.REPLAYS);
      return new Identity(
          text(message.body()),
          message.properties().messageId(),
          replays == null ? 0 : Integer.parseInt(replays));
    }
  }

  /** A client was answered 202. */
  void accepted(OrderPlaced order) {
    OrderPlaced before = accepted.putIfAbsent(order.orderId(), order);
    if (before != null && !before.equals(order)) {
      clashes.add(order.orderId());
    }
  }

  /** A user was told. */
  void told(String orderId) {
    told.merge(orderId, 1, Integer::sum);
  }

  void routed(Message message) {
    for (String queue : ScriptedBroker.targets(message)) {
      copies
          .computeIfAbsent(queue, name -> new HashMap<>())
          .merge(Identity.of(message), 1, Integer::sum);
    }
    String edited = message.properties().header(EDITED);
    if (message.properties().header(DeadLetter.REPLAYS) != null
        && message.properties().header(DeadLetter.ID) == null) {
      replayed.merge(edited == null ? text(message.body()) : edited, 1, Integer::sum);
    }
    String time = message.properties().header("cloudEvents:time");
    if (time != null && ScriptedBroker.targets(message).contains(Topology.ORDER_OUTCOME)) {
      InventoryOutcome outcome = EventCodec.decodeOutcome(message.body());
      outcomes
          .computeIfAbsent(outcome.orderId(), id -> new HashSet<>())
          .add(outcome.status() + " " + time);
    }
  }

  void removed(String queue, Message message) {
    String id = message.properties().header(DeadLetter.ID);
    if (id != null) {
      removed
          .computeIfAbsent(queue, name -> new HashMap<>())
          .computeIfAbsent(Identity.of(message), identity -> new TreeSet<>())
          .add(id);
    }
  }

  /** How many copies of each message {@code queue} has got. */
  Map<Identity, Integer> copies(String queue) {
    return copies.getOrDefault(queue, Map.of());
  }

  /** The ids of the dead letters that were taken out of {@code queue}, by what they are of. */
  Map<Identity, Set<String>> removed(String queue) {
    return removed.getOrDefault(queue, Map.of());
  }

  /** How often a dead letter with {@code body} was sent back, as it was or edited. */
  int replayed(String body) {
    return replayed.getOrDefault(body, 0);
  }

  Map<String, OrderPlaced> accepted() {
    return accepted;
  }

  /** The ids that two different orders were accepted for. */
  Set<String> clashes() {
    return clashes;
  }

  /** How often the user of each order was told. */
  Map<String, Integer> told() {
    return told;
  }

  /** The distinct outcomes that were published for each order. */
  Map<String, Set<String>> outcomes() {
    return outcomes;
  }

  /** The orders that reached inventory, by id; several where their contents clash. */
  Map<String, Set<OrderPlaced>> placed() {
    Map<String, Set<OrderPlaced>> placed = new TreeMap<>();
    for (Identity message : copies(Topology.ORDER_PLACED).keySet()) {
      for (OrderPlaced order : order(message.body())) {
        placed.computeIfAbsent(order.orderId(), id -> new HashSet<>()).add(order);
      }
    }
    return placed;
  }

  /** The order in a body, if it is one. */
  static List<OrderPlaced> order(String body) {
    try {
      return List.of(EventCodec.decodeOrderPlaced(body.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (InvalidEventException e) {
      return List.of();
    }
  }

  /** The body, a character a byte. */
  static String text(byte[] body) {
    return new String(body, StandardCharsets.ISO_8859_1);
  }
}
