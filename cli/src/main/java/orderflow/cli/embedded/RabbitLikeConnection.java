package orderflow.cli.embedded;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import orderflow.messaging.QueueBrowser;
import org.apache.qpid.server.message.InstanceProperties;
import org.apache.qpid.server.message.MessageContentSource;
import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.Protocol;
import org.apache.qpid.server.model.Queue;
import org.apache.qpid.server.model.Transport;
import org.apache.qpid.server.model.port.AmqpPort;
import org.apache.qpid.server.protocol.ErrorCodes;
import org.apache.qpid.server.protocol.v0_8.AMQMessage;
import org.apache.qpid.server.protocol.v0_8.AMQPConnection_0_8Impl;
import org.apache.qpid.server.protocol.v0_8.AMQShortString;
import org.apache.qpid.server.protocol.v0_8.FieldTable;
import org.apache.qpid.server.protocol.v0_8.ProtocolOutputConverter;
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

/**
 * A client's connection, where the library answers otherwise than RabbitMQ and clients notice:
 *
 * <ul>
 *   <li>A mandatory message that no queue takes gets basic.nack and then basic.return from the
 *       library. RabbitMQ returns it and then confirms it, for it has been dealt with; a nack means
 *       that the broker failed.
 *   <li>The depth of a queue includes what its consumers have and did not acknowledge yet.
 *   <li>A wrong password gets the code of a virtual host that is not there.
 *   <li>A body with the content encoding gzip is delivered unpacked. RabbitMQ never looks inside.
 *   <li>That it confirms is not announced, and clients that ask first do not ask for confirms.
 * </ul>
 */
final class RabbitLikeConnection extends AMQPConnection_0_8Impl {
  private static final String LOGIN_FAILED = "Authentication failed";

  /** By RabbitMQ's names, for its extensions that work here. */
  private static final Map<String, Object> CAPABILITIES =
      Map.of("publisher_confirms", true, "basic.nack", true, QueueBrowser.COUNT_UNACKED, true);

  /**
   * By channel, the messages refused and not returned yet, oldest first. The library refuses for no
   * other reason and returns each in that order. Guarded by this connection.
   */
  private final Map<Integer, Deque<Long>> refused = new HashMap<>();

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
          refused.computeIfAbsent(channel, _ -> new ArrayDeque<>()).add(nack.getDeliveryTag());
      case ConnectionStartBody start -> super.writeFrame(new AMQFrame(channel, announcing(start)));
      case QueueDeclareOkBody declared ->
          super.writeFrame(new AMQFrame(channel, counted(declared)));
      case ChannelOpenOkBody _ -> {
        refused.remove(channel);
        super.writeFrame(block);
      }
      default -> super.writeFrame(block);
    }
  }

  @Override
  public ProtocolOutputConverter getProtocolOutputConverter() {
    return new ConfirmingReturns(super.getProtocolOutputConverter());
  }

  @Override
  public ServerChannelMethodProcessor getChannelMethodProcessor(int channel) {
    return new RabbitLikeChannel(
        super.getChannelMethodProcessor(channel), counting -> countsUnacked = counting);
  }

  @Override
  public void sendConnectionClose(int errorCode, String message, int channel) {
    boolean refusal = errorCode == ErrorCodes.NOT_ALLOWED && LOGIN_FAILED.equals(message);
    super.sendConnectionClose(refusal ? ErrorCodes.ACCESS_REFUSED : errorCode, message, channel);
  }

  @Override
  public boolean isCompressionSupported() {
    return true;
  }

  private static ConnectionStartBody announcing(ConnectionStartBody start) {
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

  /** The library counts unacked messages, too. */
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
    Deque<Long> tags = refused.get(channel);
    Long tag = tags == null ? null : tags.poll();
    if (tag == null) {
      // The channel does not ask for confirms.
      return;
    }
    super.writeFrame(
        new AMQFrame(
            channel,
            replyCode == ErrorCodes.NO_ROUTE
                ? new BasicAckBody(tag, false)
                : new BasicNackBody(tag, false, false)));
  }

  /** Writes as the library does, and after each return its confirm. */
  private final class ConfirmingReturns implements ProtocolOutputConverter {
    private final ProtocolOutputConverter library;

    private ConfirmingReturns(ProtocolOutputConverter library) {
      this.library = library;
    }

    @Override
    public void writeReturn(
        MessagePublishInfo info,
        ContentHeaderBody header,
        MessageContentSource content,
        int channel,
        int replyCode,
        AMQShortString replyText) {
      library.writeReturn(info, header, content, channel, replyCode, replyText);
      confirmReturned(channel, replyCode);
    }

    @Override
    public void confirmConsumerAutoClose(int channel, AMQShortString consumerTag) {
      library.confirmConsumerAutoClose(channel, consumerTag);
    }

    @Override
    public long writeDeliver(
        AMQMessage message,
        InstanceProperties properties,
        int channel,
        long deliveryTag,
        AMQShortString consumerTag) {
      return library.writeDeliver(message, properties, channel, deliveryTag, consumerTag);
    }

    @Override
    public long writeGetOk(
        AMQMessage message,
        InstanceProperties properties,
        int channel,
        long deliveryTag,
        int queueSize) {
      return library.writeGetOk(message, properties, channel, deliveryTag, queueSize);
    }

    @Override
    public void writeFrame(AMQDataBlock block) {
      library.writeFrame(block);
    }
  }
}
