package orderflow.testing;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import orderflow.messaging.Properties;

/** Properties as other programs set them. */
public final class Amqp {
  private Amqp() {}

  /** By way of AMQP's own encoding, as they would arrive. */
  public static Properties properties(BasicProperties.Builder builder) {
    try {
      return Properties.decode(builder.build().toFrame(0, 0).getPayload());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
