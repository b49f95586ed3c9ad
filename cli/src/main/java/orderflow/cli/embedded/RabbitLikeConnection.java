package orderflow.cli.embedded;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import orderflow.messaging.QueueBrowser;
import org.apache.qpid.server.message.MessageContentSource;
import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.Protocol;
import org.apache.qpid.server.model.Queue;
import org.apache.qpid.server.model.Transport;
import org.apache.qpid.server.model.port.AmqpPort;
import org.apache.qpid.server.protocol.ErrorCodes;
import org.apache.qpid.server.protocol.v0_8.AMQPConnection_0_8Impl;
import org.apache.qpid.server.protocol.v0_8.AMQShortString;
import org.apache.qpid.server.protocol.v0_8.FieldTable;
import org.apache.qpid.server.protocol.v0_8.ProtocolOutputConverter;
import org.apache.qpid.server.protocol.v0_8.ProtocolOutputConverterImpl;
import org.apache.qpid.server.protocol.v0_8.transport.AMQDataBlock;
import org.apache.qpid.server.protocol.v0_8.transport.AMQFrame;
import org.apache.qpid.server.protocol.v0_8.transport.BasicAckBody;
import org.apache.qpid.server.protocol.v0_8.transport.BasicNackBody;
import org.apache.qpid.server.protocol.v0_8.transport.ChannelOpenOkBody;
import org.apache.qpid.server.protocol.v0_8.transport.ConnectionStartBody;
import org.apache.qpid.server.protocol.v0_8.transport.ContentHeaderBody;
import org.apache.qpid.server.protocol.v0_8.transport.MessagePublishInfo;
import org.apache.qpid.server.protocol.v0_8.transport.QueueDeclareOkBody;
import org.apache.qpid.server.protocol.v0_8.transport.ServerChannelMethodProcessor;
import org.apache.qpid.server.transport.AggregateTicker;
import org.apache.qpid.server.transport.ServerNetworkConnection;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection that behaves like RabbitMQ where Qpid differs and clients notice:
 *
 * <ul>
 *   <li>An unroutable mandatory message is returned and then confirmed. Qpid sends basic.nack and
 *       then basic.return, but a nack means that the broker failed.
 *   <li>The message count of a queue is the ready messages. Qpid adds the unacked ones.
 *   <li>A wrong password is refused with 403. Qpid sends the code of an unknown virtual host.
 *   <li>A body with the content encoding gzip is delivered as it is. Qpid unpacks it.
 *   <li>Publisher confirms are announced. Qpid does not, and some clients then do without them.
 * </ul>
 */
final class RabbitLikeConnection extends AMQPConnection_0_8Impl {
  private static final String LOGIN_FAILED = "Authentication failed";

  /** RabbitMQ's extensions that work here. */
  private static final Map<String, Object> CAPABILITIES =
      Map.of("publisher_confirms", true, "basic.nack", true, QueueBrowser.COUNT_UNACKED, true);

  /**
   * Per channel, the delivery tags that were nacked and not returned yet, oldest first: Qpid nacks
   * only unroutable messages, and returns them in the same order. Guarded by this connection.
   */
  private final Map<Integer, Deque<Long>> unroutable = new HashMap<>();

  private @Nullable ServerChannelMethodProcessor wrapped;
  private @Nullable ServerChannelMethodProcessor wrapper;

  /** Whether the queue declaration in progress asks for unacked messages. */
  private volatile boolean countsUnacked;

  RabbitLikeConnection(
      Broker<?> broker,
      ServerNetworkConnection network,
      AmqpPort<?> port,
      Transport transport,
      Protocol protocol,
      long id,
      AggregateTicker ticker) {
    super(broker, network, port, transport, protocol, id, ticker);
  }

  @Override
  public synchronized void writeFrame(AMQDataBlock block) {
    if (!(block instanceof AMQFrame frame)) {
      super.writeFrame(block);
      return;
    }
    int channel = frame.getChannel();
    switch (frame.getBodyFrame()) {
      case BasicNackBody nack ->
          unroutable.computeIfAbsent(channel, _ -> new ArrayDeque<>()).add(nack.getDeliveryTag());
      case ConnectionStartBody start ->
          super.writeFrame(new AMQFrame(channel, withCapabilities(start)));
      case QueueDeclareOkBody declared ->
          super.writeFrame(new AMQFrame(channel, counted(declared)));
      case ChannelOpenOkBody _ -> {
        unroutable.remove(channel);
        super.writeFrame(block);
      }
      default -> super.writeFrame(block);
    }
  }

  @Override
  public ProtocolOutputConverter getProtocolOutputConverter() {
    return new ProtocolOutputConverterImpl(this) {
      @Override
      public void writeReturn(
          MessagePublishInfo info,
          ContentHeaderBody header,
          MessageContentSource content,
          int channel,
          int replyCode,
          AMQShortString replyText) {
        super.writeReturn(info, header, content, channel, replyCode, replyText);
        confirmReturned(channel, replyCode);
      }
    };
  }

  @Override
  @SuppressWarnings(
      "ReferenceEquality") // the proxy that Qpid uses for a closed channel has no equals
  public ServerChannelMethodProcessor getChannelMethodProcessor(int channel) {
    ServerChannelMethodProcessor current = super.getChannelMethodProcessor(channel);
    if (current != wrapped) { // this method is called for every frame
      wrapped = current;
      wrapper = RabbitLikeChannel.wrap(current, counting -> countsUnacked = counting);
    }
    return Objects.requireNonNull(wrapper);
  }

  @Override
  public void sendConnectionClose(int errorCode, String message, int channel) {
    boolean loginFailed = errorCode == ErrorCodes.NOT_ALLOWED && LOGIN_FAILED.equals(message);
    super.sendConnectionClose(
        loginFailed ? ErrorCodes.ACCESS_REFUSED : errorCode, message, channel);
  }

  @Override
  public boolean isCompressionSupported() {
    return true;
  }

  private static ConnectionStartBody withCapabilities(ConnectionStartBody start) {
    Map<String, Object> properties =
        new LinkedHashMap<>(FieldTable.convertToMap(start.getServerProperties()));
    properties.put("capabilities", CAPABILITIES);
    return new ConnectionStartBody(
        start.getVersionMajor(),
        start.getVersionMinor(),
        FieldTable.convertToFieldTable(properties),
        start.getMechanisms(),
        start.getLocales());
  }

  /** Qpid counts ready and unacked messages together. */
  private QueueDeclareOkBody counted(QueueDeclareOkBody declared) {
    String name = declared.getQueue().toString();
    if (!(getAddressSpace().getAttainedMessageSource(name) instanceof Queue<?> queue)) {
      return declared;
    }
    int ready = queue.getAvailableMessages();
    int count = countsUnacked ? queue.getQueueDepthMessages() - ready : ready;
    return new QueueDeclareOkBody(
        declared.getQueue(), Math.max(0, count), declared.getConsumerCount());
  }

  private synchronized void confirmReturned(int channel, int replyCode) {
    Deque<Long> tags = unroutable.get(channel);
    Long tag = tags == null ? null : tags.poll();
    if (tag == null) {
      return; // the channel is not in confirm mode
    }
    super.writeFrame(
        new AMQFrame(
            channel,
            replyCode == ErrorCodes.NO_ROUTE
                ? new BasicAckBody(tag, false)
                : new BasicNackBody(tag, false, false)));
  }
}
