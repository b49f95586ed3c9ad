package orderflow.testing;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;

/** Plain connections of the AMQP client, as other programs open them. */
public final class AmqpConnection {
  private AmqpConnection() {}

  /** Connects to {@code uri}; without a path, to the virtual host {@code /}. */
  public static Connection open(String uri) throws Exception {
    var factory = new ConnectionFactory();
    factory.setUri(uri);
    if (factory.getVirtualHost().isEmpty()) {
      factory.setVirtualHost("/");
    }
    return factory.newConnection();
  }
}
