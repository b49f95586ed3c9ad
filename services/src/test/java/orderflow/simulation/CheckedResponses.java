package orderflow.simulation;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import orderflow.delivery.Outbox;
import orderflow.event.OrderPlaced;
import orderflow.order.OrderTestDriver;
import orderflow.store.MemoryStore;

/** Forwards responses to clients, and compares each with the records before it. */
final class CheckedResponses implements OrderTestDriver.Responses {
  private final SimulationHistory history;
  private final SimulatedChance chance;
  private final MemoryStore memory;
  private final List<OrderPlaced> orders;
  private final OrderTestDriver.Responses responses;
  private final boolean full;
  private final boolean mayLookFull;
  private final Set<OrderPlaced> known;

  /**
   * @param memory the order service's store
   * @param limit the number of waiting events from which new orders must be refused
   */
  CheckedResponses(
      SimulationHistory history,
      SimulatedChance chance,
      MemoryStore memory,
      long limit,
      List<OrderPlaced> orders,
      OrderTestDriver.Responses responses) {
    this.history = history;
    this.chance = chance;
    this.memory = memory;
    this.orders = orders;
    this.responses = responses;
    this.full = Simulation.count(memory, "outbox") >= limit;
    this.mayLookFull = memory.read(new Outbox().events()::depth) >= limit;
    this.known =
        orders.stream()
            .flatMap(order -> memory.read(tx -> OrderTestDriver.find(tx, order.orderId())).stream())
            .collect(Collectors.toSet());
  }

  @Override
  public void status(int place, int status) {
    OrderPlaced order = orders.get(place);
    switch (status) {
      case 202 -> {
        if (full && !known.contains(order)) {
          history.violate("bound: %s was accepted, though the outbox was full".formatted(order));
        }
      }
      case 409 -> {
        if (memory.read(tx -> OrderTestDriver.find(tx, order.orderId())).stream()
            .allMatch(order::equals)) {
          history.violate("conflict: %s was refused, and no other is recorded".formatted(order));
        }
      }
      default -> {
        chance.reached("an order that is one too many");
        if (!mayLookFull || known.contains(order)) {
          history.violate("refused: %s, with %d, for no reason".formatted(order, status));
        }
      }
    }
    responses.status(place, status);
  }

  @Override
  public void none(int place, Throwable why) {
    responses.none(place, why);
  }
}
