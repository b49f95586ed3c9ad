package orderflow.messaging;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.Frame;
import java.io.IOException;

/** Properties that the client library sends as the bytes that they are. */
final class EncodedBasicProperties extends BasicProperties {
  private final MessageProperties properties;

  EncodedBasicProperties(MessageProperties properties) {
    this.properties = properties;
  }

  @Override
  public Frame toFrame(int channel, long bodySize) throws IOException {
    var frame = new Frame(AMQP.FRAME_HEADER, channel);
    frame.getOutputStream().write(properties.encode(bodySize));
    return frame;
  }
}
