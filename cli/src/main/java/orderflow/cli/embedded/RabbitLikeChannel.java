package orderflow.cli.embedded;

import java.util.function.Consumer;
import orderflow.messaging.QueueBrowser;
import org.apache.qpid.server.protocol.v0_8.AMQShortString;
import org.apache.qpid.server.protocol.v0_8.FieldTable;
import org.apache.qpid.server.protocol.v0_8.transport.BasicContentHeaderProperties;
import org.apache.qpid.server.protocol.v0_8.transport.ServerChannelMethodProcessor;

/**
 * A client's channel, where a message refused without requeue is gone, and one with headers that
 * the library cannot decode is kept. The library puts the first back in its queue, and delivers it
 * again at once, unless the queue has a limit of deliveries.
 */
final class RabbitLikeChannel extends ChannelDelegate {
  private final Consumer<Boolean> countingUnacked;

  /**
   * @param countingUnacked is set while a declaration is answered that asks for unacked messages
   */
  RabbitLikeChannel(ServerChannelMethodProcessor library, Consumer<Boolean> countingUnacked) {
    super(library);
    this.countingUnacked = countingUnacked;
  }

  @Override
  public void receiveQueueDeclare(
      AMQShortString queue,
      boolean passive,
      boolean durable,
      boolean exclusive,
      boolean autoDelete,
      boolean nowait,
      FieldTable arguments) {
    countingUnacked.accept(
        passive && FieldTable.convertToMap(arguments).containsKey(QueueBrowser.COUNT_UNACKED));
    super.receiveQueueDeclare(queue, passive, durable, exclusive, autoDelete, nowait, arguments);
    countingUnacked.accept(false);
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
