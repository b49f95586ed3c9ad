package orderflow.messaging;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.Frame;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Brings a message's properties past the client library as the bytes that they are. The library
 * would decode them, and lose types and values on the way; and at headers that it cannot read it
 * drops its connection, upon which the broker delivers the same message again, so that one message
 * would hold up its queue for good.
 */
final class RawContentHeaders {
  private static final int PREFIX = 12;
  private static final String NAME = "";

  private RawContentHeaders() {}

  /**
   * A frame that tells the client of one header, which holds all properties; the same when it is
   * not one that brings properties.
   */
  static Frame wrapped(Frame frame) {
    byte[] payload = frame.getPayload();
    if (frame.getType() != AMQP.FRAME_HEADER || payload.length < PREFIX) {
      return frame;
    }
    byte[] properties = Arrays.copyOfRange(payload, PREFIX, payload.length);
    byte[] wrapped =
        ContentHeader.ofHeaders(
                HeaderEntry.encoded(List.of(HeaderEntry.sized(NAME, 'x', properties))))
            .bytes();
    return new Frame(
        frame.getType(),
        frame.getChannel(),
        ByteBuffer.allocate(PREFIX + wrapped.length).put(payload, 0, PREFIX).put(wrapped).array());
  }

  /** What {@link #wrapped} put there. */
  static MessageProperties unwrapped(BasicProperties properties) {
    byte[] fields = (byte[]) properties.getHeaders().get(NAME);
    return MessageProperties.received(Objects.requireNonNull(fields, "it was wrapped"));
  }
}
