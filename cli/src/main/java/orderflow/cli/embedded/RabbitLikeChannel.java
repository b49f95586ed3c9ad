package orderflow.cli.embedded;

import org.apache.qpid.server.protocol.v0_8.transport.BasicContentHeaderProperties;
import org.apache.qpid.server.protocol.v0_8.transport.ServerChannelMethodProcessor;

/**
 * A client's channel, where a message refused without requeue is gone, and one with headers that
 * the library cannot decode is kept. The library puts the first back in its queue, and delivers it
 * again at once, unless the queue has a limit of deliveries.
 */
final class RabbitLikeChannel extends ChannelDelegate {
  RabbitLikeChannel(ServerChannelMethodProcessor library) {
    super(library);
  }

  @Override
  public void receiveMessageHeader(BasicContentHeaderProperties properties, long bodySize) {
    super.receiveMessageHeader(UncheckedHeaders.of(properties), bodySize);
  }

  @Override
  public void receiveBasicReject(long deliveryTag, boolean requeue) {
    if (requeue) {
      super.receiveBasicReject(deliveryTag, true);
    } else {
      receiveBasicAck(deliveryTag, false);
    }
  }

  @Override
  public void receiveBasicNack(long deliveryTag, boolean multiple, boolean requeue) {
    if (requeue) {
      super.receiveBasicNack(deliveryTag, multiple, true);
    } else {
      receiveBasicAck(deliveryTag, multiple);
    }
  }
}
