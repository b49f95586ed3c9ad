package orderflow.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import orderflow.event.InventoryOutcome;
import orderflow.event.InventoryOutcome.Status;
import orderflow.event.OrderPlaced;

class ReservationPropertyTest {

  @Property
  void eachOrderHasOneOutcomeInOrder(
      @ForAll("stock") Map<String, Long> stock, @ForAll("orders") List<OrderPlaced> orders) {
    List<InventoryOutcome> outcomes = Reservation.decide(stock, orders, order -> false);
    assertEquals(
        orders.stream().map(OrderPlaced::orderId).toList(),
        outcomes.stream().map(InventoryOutcome::orderId).toList());
    for (int i = 0; i < orders.size(); i++) {
      assertEquals(orders.get(i).userId(), outcomes.get(i).userId());
      assertEquals(orders.get(i).itemId(), outcomes.get(i).itemId());
      assertEquals(orders.get(i).qty(), outcomes.get(i).qty());
    }
  }

  @Property
  void reservationsNeverExceedTheStock(
      @ForAll("stock") Map<String, Long> stock, @ForAll("orders") List<OrderPlaced> orders) {
    Map<String, Long> reserved = new HashMap<>();
    List<InventoryOutcome> outcomes = Reservation.decide(stock, orders, order -> false);
    for (int i = 0; i < orders.size(); i++) {
      if (outcomes.get(i).status() == Status.RESERVED) {
        reserved.merge(orders.get(i).itemId(), (long) orders.get(i).qty(), Long::sum);
      }
    }
    stock.forEach(
        (item, available) -> assertTrue(reserved.getOrDefault(item, 0L) <= available, item));
  }

  @Property
  void ordersAreReservedFirstComeFirstServed(
      @ForAll("stock") Map<String, Long> stock, @ForAll("orders") List<OrderPlaced> orders) {
    Map<String, Long> left = new HashMap<>(stock);
    List<InventoryOutcome> outcomes = Reservation.decide(stock, orders, order -> false);
    for (int i = 0; i < orders.size(); i++) {
      OrderPlaced order = orders.get(i);
      long available = left.getOrDefault(order.itemId(), Long.MAX_VALUE);
      boolean fits = order.qty() <= available;
      assertEquals(fits ? Status.RESERVED : Status.FAILED, outcomes.get(i).status());
      if (fits && left.containsKey(order.itemId())) {
        left.put(order.itemId(), available - order.qty());
      }
    }
  }

  @Property
  void laterOrdersDoNotChangeEarlierOutcomes(
      @ForAll("stock") Map<String, Long> stock, @ForAll("orders") List<OrderPlaced> orders) {
    List<InventoryOutcome> all = Reservation.decide(stock, orders, order -> false);
    int half = orders.size() / 2;
    assertEquals(
        all.subList(0, half), Reservation.decide(stock, orders.subList(0, half), order -> false));
  }

  @Property
  void itemWithoutALevelIsUnlimited(@ForAll("orders") List<OrderPlaced> orders) {
    assertTrue(
        Reservation.decide(Map.of(), orders, order -> false).stream()
            .allMatch(outcome -> outcome.status() == Status.RESERVED));
  }

  @Property
  void forcedFailureTakesNoStock(
      @ForAll("stock") Map<String, Long> stock, @ForAll("orders") List<OrderPlaced> orders) {
    List<InventoryOutcome> forced =
        Reservation.decide(stock, orders, order -> order.userId().equals("unlucky"));
    List<OrderPlaced> others =
        orders.stream().filter(order -> !order.userId().equals("unlucky")).toList();
    assertEquals(
        Reservation.decide(stock, others, order -> false),
        forced.stream().filter(outcome -> !outcome.userId().equals("unlucky")).toList());
    assertTrue(
        forced.stream()
            .filter(outcome -> outcome.userId().equals("unlucky"))
            .allMatch(outcome -> Reservation.FORCED.equals(outcome.reason())));
  }

  @Example
  void givenStockIsNotChanged() {
    Map<String, Long> stock = Map.of("widget", 1L);
    Reservation.decide(stock, List.of(new OrderPlaced("o", "widget", 1, "u")), order -> false);
    assertEquals(Map.of("widget", 1L), stock);
  }

  @Provide
  Arbitrary<Map<String, Long>> stock() {
    return Arbitraries.maps(
        Arbitraries.of("widget", "gadget", "gizmo"),
        Arbitraries.oneOf(
            Arbitraries.longs().between(0, 30),
            Arbitraries.longs().between(0, StockTable.MAX_LEVEL)));
  }

  @Provide
  Arbitrary<List<OrderPlaced>> orders() {
    Arbitrary<OrderPlaced> order =
        Combinators.combine(
                Arbitraries.of("widget", "gadget", "gizmo", "other"),
                Arbitraries.oneOf(
                    Arbitraries.integers().between(1, 10),
                    Arbitraries.integers().between(1, OrderPlaced.MAX_QTY)),
                Arbitraries.of("lucky", "unlucky"))
            .as((item, qty, user) -> new OrderPlaced("unnumbered", item, qty, user));
    return order.list().ofMaxSize(40).map(ReservationPropertyTest::numbered);
  }

  private static List<OrderPlaced> numbered(List<OrderPlaced> orders) {
    List<OrderPlaced> numbered = new ArrayList<>();
    for (OrderPlaced order : orders) {
      numbered.add(
          new OrderPlaced("o-" + numbered.size(), order.itemId(), order.qty(), order.userId()));
    }
    return numbered;
  }
}
