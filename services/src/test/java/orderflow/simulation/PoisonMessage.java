package orderflow.simulation;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import orderflow.event.EventCodec;
import orderflow.event.InventoryOutcome;
import orderflow.event.InventoryOutcome.Status;
import orderflow.event.OrderPlaced;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Message;
import orderflow.messaging.Topology;
import orderflow.testing.Amqp;

/**
 * A message that has to be rejected.
 *
 * @param queues which get it
 */
record PoisonMessage(Message message, List<String> queues, Reason reason) {
  private static final byte[] TOO_LARGE = new byte[EventCodec.MAX_BYTES + 1];
  private static final int PERSISTENT = 2;

  /** A message of a random kind for a random queue, made unique by {@code number}. */
  static PoisonMessage draw(SimulatedChance chance, int number) {
    String queue = chance.oneOf(Topology.QUEUES);
    return switch (chance.below(16)) {
      case 0, 1, 2 -> // alike: with an id of its own, or indistinguishable
          chance.oneIn(2)
              ? to(queue, Reason.MALFORMED, identified(number), bytes("not valid json {"))
              : to(queue, Reason.MALFORMED, new BasicProperties.Builder(), bytes("nor is this {"));
      case 3, 4, 5 ->
          to(
              queue,
              Reason.MALFORMED,
              odd(chance, number),
              bytes("{\"poison\":" + number + "}\u00ff"));
      case 6, 7 -> to(queue, Reason.INVALID, odd(chance, number), invalid(queue, number));
      case 8, 9 -> unsupported(chance, queue, number);
      case 10, 11 ->
          to(
              queue,
              Reason.PROCESSING,
              odd(chance, number),
              event(queue, SimulatedStore.CURSED + number));
      case 12 ->
          chance.oneIn(2)
              ? to(
                  queue,
                  Reason.PROCESSING,
                  odd(chance, number),
                  event(queue, SimulatedStore.DEADLY + number))
              : failedOnTheWayToBeNotified(number);
      case 13 -> misrouted(number);
      case 14 -> outcomeAmongOrders(number);
      default ->
          chance.oneIn(4)
              ? to(queue, Reason.TOO_LARGE, odd(chance, number), TOO_LARGE)
              : to(queue, Reason.MALFORMED, odd(chance, number), new byte[0]);
    };
  }

  private static PoisonMessage to(
      String queue, Reason reason, BasicProperties.Builder properties, byte[] body) {
    return new PoisonMessage(
        new Message("", queue, Amqp.properties(properties), body), List.of(queue), reason);
  }

  private static BasicProperties.Builder identified(int number) {
    return new BasicProperties.Builder().deliveryMode(PERSISTENT).messageId("poison-" + number);
  }

  /** Properties of other programs, all of which a dead letter keeps. */
  static BasicProperties.Builder odd(SimulatedChance chance, int number) {
    if (chance.oneIn(3)) {
      // without an id its body has to be unique
      return new BasicProperties.Builder();
    }
    BasicProperties.Builder properties = identified(number);
    if (chance.oneIn(2)) {
      properties
          .deliveryMode(1)
          .contentType("application/json; charset=utf-8")
          .contentEncoding("utf-8")
          .priority(3)
          .correlationId("c-" + number)
          .replyTo("somewhere")
          .expiration("86400000")
          .timestamp(Date.from(Instant.ofEpochSecond(number)))
          .userId("guest")
          .appId("foreign")
          .clusterId("k")
          .headers(
              Map.of(
                  "text",
                  "t\u00fc" + number,
                  "number",
                  7L + number,
                  "CC",
                  List.of("elsewhere"),
                  "table",
                  Map.of("deep", List.of(1, true, "x")),
                  "x-death",
                  "forged"));
    }
    return properties;
  }

  private static PoisonMessage unsupported(SimulatedChance chance, String queue, int number) {
    BasicProperties.Builder properties = odd(chance, number);
    switch (chance.below(3)) {
      case 0 -> properties.contentEncoding("gzip");
      case 1 -> properties.contentType("text/plain");
      default -> properties.type("OrderCancelled");
    }
    return to(queue, Reason.UNSUPPORTED, properties, event(queue, "unsupported-" + number));
  }

  /** An order where outcomes are expected, which two queues get. */
  private static PoisonMessage misrouted(int number) {
    return new PoisonMessage(
        new Message(
            "inventory_events",
            "inventory.reserved",
            Amqp.properties(identified(number)),
            event(Topology.ORDER_PLACED, "misrouted-" + number)),
        List.of(Topology.INVENTORY_RESERVED, Topology.ORDER_OUTCOME),
        Reason.MALFORMED);
  }

  private static PoisonMessage outcomeAmongOrders(int number) {
    return new PoisonMessage(
        new Message(
            "order_events",
            "order.placed",
            Amqp.properties(identified(number)),
            event(Topology.ORDER_OUTCOME, "misrouted-" + number)),
        List.of(Topology.ORDER_PLACED),
        Reason.MALFORMED);
  }

  private static PoisonMessage failedOnTheWayToBeNotified(int number) {
    return to(
        Topology.INVENTORY_RESERVED,
        Reason.UNSUPPORTED,
        identified(number),
        EventCodec.encode(
            new InventoryOutcome("misrouted-" + number, Status.FAILED, "u1", null, null, null)));
  }

  /** A good event of {@code queue}. */
  private static byte[] event(String queue, String orderId) {
    return queue.equals(Topology.ORDER_PLACED)
        ? EventCodec.encode(new OrderPlaced(orderId, "widget", 1, "u1"))
        : EventCodec.encode(new InventoryOutcome(orderId, Status.RESERVED, "u1", null, null, null));
  }

  private static byte[] invalid(String queue, int number) {
    return bytes(
        queue.equals(Topology.ORDER_PLACED)
            ? "{\"order_id\":\"bad-" + number + "\",\"item_id\":\"w\",\"qty\":0,\"user_id\":\"u\"}"
            : "{\"order_id\":\"bad-" + number + "\",\"status\":\"maybe\",\"user_id\":\"u\"}");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
