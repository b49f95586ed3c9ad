package orderflow.cli.embedded;

import org.apache.qpid.server.protocol.v0_8.transport.ServerChannelMethodProcessor;

/**
 * A client's channel, where a message refused without requeue is gone. The library puts it back in
 * its queue, and delivers it again at once, unless the queue has a limit of deliveries.
 */
final class RabbitLikeChannel extends ChannelDelegate {
  RabbitLikeChannel(ServerChannelMethodProcessor library) {
    super(library);
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
