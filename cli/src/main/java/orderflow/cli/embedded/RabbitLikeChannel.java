package orderflow.cli.embedded;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import orderflow.messaging.QueueBrowser;
import org.apache.qpid.server.protocol.v0_8.FieldTable;
import org.apache.qpid.server.protocol.v0_8.transport.BasicContentHeaderProperties;
import org.apache.qpid.server.protocol.v0_8.transport.ServerChannelMethodProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Changes a Qpid channel: a message rejected without requeue is removed (Qpid redelivers it at once
 * unless the queue has a delivery limit), one with headers that Qpid cannot decode is kept, and a
 * passive declaration may ask for the unacked messages.
 */
final class RabbitLikeChannel {
  private final ServerChannelMethodProcessor channel;
  private final Consumer<Boolean> countingUnacked;

  private RabbitLikeChannel(
      ServerChannelMethodProcessor channel, Consumer<Boolean> countingUnacked) {
    this.channel = channel;
    this.countingUnacked = countingUnacked;
  }

  /**
   * A proxy, because Qpid has no base class for the 27 methods of the interface.
   *
   * @param countingUnacked receives true while a declaration is answered that asks for the unacked
   *     messages
   */
  static ServerChannelMethodProcessor wrap(
      ServerChannelMethodProcessor channel, Consumer<Boolean> countingUnacked) {
    var wrapper = new RabbitLikeChannel(channel, countingUnacked);
    return (ServerChannelMethodProcessor)
        Proxy.newProxyInstance(
            RabbitLikeChannel.class.getClassLoader(),
            new Class<?>[] {ServerChannelMethodProcessor.class},
            (_, method, arguments) -> wrapper.receive(method, arguments));
  }

  private @Nullable Object receive(Method method, Object[] arguments) throws Throwable {
    switch (method.getName()) {
      case "receiveMessageHeader" ->
          arguments[0] = UncheckedHeaders.of((BasicContentHeaderProperties) arguments[0]);
      case "receiveQueueDeclare" -> {
        boolean passive = (boolean) arguments[1];
        var table = FieldTable.convertToMap((FieldTable) arguments[6]);
        countingUnacked.accept(passive && table.containsKey(QueueBrowser.COUNT_UNACKED));
        forward(method, arguments);
        countingUnacked.accept(false);
        return null;
      }
      case "receiveBasicReject" -> {
        if (!(boolean) arguments[1]) {
          channel.receiveBasicAck((long) arguments[0], false);
          return null;
        }
      }
      case "receiveBasicNack" -> {
        if (!(boolean) arguments[2]) {
          channel.receiveBasicAck((long) arguments[0], (boolean) arguments[1]);
          return null;
        }
      }
      default -> {}
    }
    return forward(method, arguments);
  }

  private @Nullable Object forward(Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(channel, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
