package orderflow.testing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orderflow.event.Event.Type;
import orderflow.messaging.Message;
import orderflow.messaging.Topology;

/**
 * A broker in memory with the contract's queues. Tests control what it does with a message through
 * {@link ScriptedPublisher} and {@link ScriptedSubscription}. Not thread-safe.
 */
public final class ScriptedBroker {
  private final Map<String, Deque<Stored>> queues = new HashMap<>();
  private final Map<String, Integer> limits = new HashMap<>();

  /** A message in a queue. */
  public record Stored(Message message, boolean redelivered) {}

  public ScriptedBroker() {
    for (String queue : Topology.QUEUES) {
      queues.put(queue, new ArrayDeque<>());
      queues.put(Topology.deadLetterQueue(queue), new ArrayDeque<>());
    }
  }

  /** A new publisher. */
  public ScriptedPublisher publisher() {
    return new ScriptedPublisher(this);
  }

  /** A new connection that consumes {@code queue}. */
  public ScriptedSubscription subscription(String queue) {
    return new ScriptedSubscription(this, queue);
  }

  /** Takes {@code message} as if another program had published it. */
  public void put(Message message) {
    if (!route(message)) {
      throw new IllegalArgumentException("no queue takes " + message);
    }
  }

  /** From now on messages for {@code queue} are returned as unroutable. */
  public void delete(String queue) {
    queues.remove(queue);
  }

  /** Declares {@code queue} again after it was deleted. */
  public void declare(String queue) {
    queues.putIfAbsent(queue, new ArrayDeque<>());
  }

  /** Limits the length of {@code queue} from now on. */
  public void limit(String queue, int most) {
    limits.put(queue, most);
  }

  /** Whether a queue that {@code message} is for refuses it. */
  boolean isFull(Message message) {
    return targets(message).stream()
        .anyMatch(name ->
            queues.containsKey(name)
                && queue(name).size() >= limits.getOrDefault(name, Integer.MAX_VALUE));
  }

  /** The ready messages of {@code queue}, oldest first. */
  public List<Message> waiting(String queue) {
    return queue(queue).stream().map(Stored::message).toList();
  }

  /** Publishes {@code message}; returns whether any queue took it. */
  public boolean route(Message message) {
    List<String> takers = new ArrayList<>();
    for (String name : targets(message)) {
      if (queues.containsKey(name)) {
        takers.add(name);
      }
    }
    takers.forEach(name -> queue(name).add(new Stored(message, false)));
    return !takers.isEmpty();
  }

  /** The queue itself, for faults. */
  public Deque<Stored> queue(String name) {
    Deque<Stored> queue = queues.get(name);
    if (queue == null) {
      throw new IllegalArgumentException("no such queue: " + name);
    }
    return queue;
  }

  /** The queues that {@code message} is addressed to. */
  public static List<String> targets(Message message) {
    if (message.exchange().isEmpty()) {
      return List.of(message.routingKey());
    }
    for (Type type : Type.values()) {
      if (type.exchange().equals(message.exchange())
          && type.routingKey().equals(message.routingKey())) {
        return switch (type) {
          case ORDER_PLACED -> List.of(Topology.ORDER_PLACED);
          case INVENTORY_RESERVED -> List.of(Topology.INVENTORY_RESERVED, Topology.ORDER_OUTCOME);
          case INVENTORY_FAILED -> List.of(Topology.ORDER_OUTCOME);
        };
      }
    }
    return List.of();
  }
}
