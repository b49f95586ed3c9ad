package orderflow.cli.embedded;

import org.apache.qpid.server.bytebuffer.QpidByteBuffer;
import org.apache.qpid.server.protocol.v0_8.AMQShortString;
import org.apache.qpid.server.protocol.v0_8.FieldTable;
import org.apache.qpid.server.protocol.v0_8.transport.BasicContentHeaderProperties;
import org.apache.qpid.server.protocol.v0_8.transport.ServerChannelMethodProcessor;

/** Passes all that a client sends on a channel to the library's channel. */
abstract class ChannelDelegate implements ServerChannelMethodProcessor {
  private final ServerChannelMethodProcessor library;

  ChannelDelegate(ServerChannelMethodProcessor library) {
    this.library = library;
  }

  @Override
  public void receiveAccessRequest(
      AMQShortString realm,
      boolean exclusive,
      boolean passive,
      boolean active,
      boolean write,
      boolean read) {
    library.receiveAccessRequest(realm, exclusive, passive, active, write, read);
  }

  @Override
  public void receiveExchangeDeclare(
      AMQShortString exchange,
      AMQShortString type,
      boolean passive,
      boolean durable,
      boolean autoDelete,
      boolean internal,
      boolean nowait,
      FieldTable arguments) {
    library.receiveExchangeDeclare(
        exchange, type, passive, durable, autoDelete, internal, nowait, arguments);
  }

  @Override
  public void receiveExchangeDelete(AMQShortString exchange, boolean ifUnused, boolean nowait) {
    library.receiveExchangeDelete(exchange, ifUnused, nowait);
  }

  @Override
  public void receiveExchangeBound(
      AMQShortString exchange, AMQShortString routingKey, AMQShortString queue) {
    library.receiveExchangeBound(exchange, routingKey, queue);
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
    library.receiveQueueDeclare(queue, passive, durable, exclusive, autoDelete, nowait, arguments);
  }

  @Override
  public void receiveQueueBind(
      AMQShortString queue,
      AMQShortString exchange,
      AMQShortString bindingKey,
      boolean nowait,
      FieldTable arguments) {
    library.receiveQueueBind(queue, exchange, bindingKey, nowait, arguments);
  }

  @Override
  public void receiveQueuePurge(AMQShortString queue, boolean nowait) {
    library.receiveQueuePurge(queue, nowait);
  }

  @Override
  public void receiveQueueDelete(
      AMQShortString queue, boolean ifUnused, boolean ifEmpty, boolean nowait) {
    library.receiveQueueDelete(queue, ifUnused, ifEmpty, nowait);
  }

  @Override
  public void receiveQueueUnbind(
      AMQShortString queue,
      AMQShortString exchange,
      AMQShortString bindingKey,
      FieldTable arguments) {
    library.receiveQueueUnbind(queue, exchange, bindingKey, arguments);
  }

  @Override
  public void receiveBasicRecover(boolean requeue, boolean sync) {
    library.receiveBasicRecover(requeue, sync);
  }

  @Override
  public void receiveBasicQos(long prefetchSize, int prefetchCount, boolean global) {
    library.receiveBasicQos(prefetchSize, prefetchCount, global);
  }

  @Override
  public void receiveBasicConsume(
      AMQShortString queue,
      AMQShortString consumerTag,
      boolean noLocal,
      boolean noAck,
      boolean exclusive,
      boolean nowait,
      FieldTable arguments) {
    library.receiveBasicConsume(queue, consumerTag, noLocal, noAck, exclusive, nowait, arguments);
  }

  @Override
  public void receiveBasicCancel(AMQShortString consumerTag, boolean noWait) {
    library.receiveBasicCancel(consumerTag, noWait);
  }

  @Override
  public void receiveBasicPublish(
      AMQShortString exchange, AMQShortString routingKey, boolean mandatory, boolean immediate) {
    library.receiveBasicPublish(exchange, routingKey, mandatory, immediate);
  }

  @Override
  public void receiveBasicGet(AMQShortString queue, boolean noAck) {
    library.receiveBasicGet(queue, noAck);
  }

  @Override
  public void receiveBasicAck(long deliveryTag, boolean multiple) {
    library.receiveBasicAck(deliveryTag, multiple);
  }

  @Override
  public void receiveBasicReject(long deliveryTag, boolean requeue) {
    library.receiveBasicReject(deliveryTag, requeue);
  }

  @Override
  public void receiveBasicNack(long deliveryTag, boolean multiple, boolean requeue) {
    library.receiveBasicNack(deliveryTag, multiple, requeue);
  }

  @Override
  public void receiveTxSelect() {
    library.receiveTxSelect();
  }

  @Override
  public void receiveTxCommit() {
    library.receiveTxCommit();
  }

  @Override
  public void receiveTxRollback() {
    library.receiveTxRollback();
  }

  @Override
  public void receiveConfirmSelect(boolean nowait) {
    library.receiveConfirmSelect(nowait);
  }

  @Override
  public void receiveChannelFlow(boolean active) {
    library.receiveChannelFlow(active);
  }

  @Override
  public void receiveChannelFlowOk(boolean active) {
    library.receiveChannelFlowOk(active);
  }

  @Override
  public void receiveChannelClose(
      int replyCode, AMQShortString replyText, int classId, int methodId) {
    library.receiveChannelClose(replyCode, replyText, classId, methodId);
  }

  @Override
  public void receiveChannelCloseOk() {
    library.receiveChannelCloseOk();
  }

  @Override
  public void receiveMessageContent(QpidByteBuffer data) {
    library.receiveMessageContent(data);
  }

  @Override
  public void receiveMessageHeader(BasicContentHeaderProperties properties, long bodySize) {
    library.receiveMessageHeader(properties, bodySize);
  }

  @Override
  public boolean ignoreAllButCloseOk() {
    return library.ignoreAllButCloseOk();
  }
}
