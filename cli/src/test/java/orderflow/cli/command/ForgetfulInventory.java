package orderflow.cli.command;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.nio.charset.StandardCharsets;
import orderflow.event.EventCodec;
import orderflow.event.OrderPlaced;
import orderflow.testing.AmqpConnection;

/** Another program's inventory, with a defect: it has no memory of the orders it has seen. */
final class ForgetfulInventory implements AutoCloseable {
  private final Connection connection;

  private ForgetfulInventory(Connection connection) {
    this.connection = connection;
  }

  static ForgetfulInventory start(String uri) throws Exception {
    Connection connection = AmqpConnection.open(uri);
    Channel channel = connection.createChannel();
    channel.exchangeDeclare("order_events", "direct", true);
    channel.exchangeDeclare("inventory_events", "direct", true);
    channel.queueDeclare("order_placed", true, false, false, null);
    channel.queueBind("order_placed", "order_events", "order.placed");
    channel.basicConsume(
        "order_placed",
        true,
        (_, delivery) -> {
          OrderPlaced order = EventCodec.decodeOrderPlaced(delivery.getBody());
          String outcome =
              "{\"order_id\":\"%s\",\"status\":\"reserved\",\"user_id\":\"%s\"}"
                  .formatted(order.orderId(), order.userId());
          channel.basicPublish(
              "inventory_events",
              "inventory.reserved",
              new BasicProperties(),
              outcome.getBytes(StandardCharsets.UTF_8));
        },
        _ -> {});
    return new ForgetfulInventory(connection);
  }

  @Override
  public void close() {
    connection.abort(3_000);
  }
}
