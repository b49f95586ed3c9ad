package orderflow.testing;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.net.URI;

/** Opens plain client connections, as another program does. */
public final class AmqpConnection {
  private AmqpConnection() {}

  /** Without automatic recovery; an address without a path is the default virtual host. */
  public static Connection open(String uri) throws Exception {
    var factory = new ConnectionFactory();
    factory.setUri(uri);
    if (factory.getVirtualHost().isEmpty()) {
      factory.setVirtualHost(ConnectionFactory.DEFAULT_VHOST);
    }
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection();
  }

  public static Connection open(URI uri) throws Exception {
    return open(uri.toString());
  }
}
