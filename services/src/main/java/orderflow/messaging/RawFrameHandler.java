package orderflow.messaging;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.SocketFrameHandler;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Passes the properties of incoming messages through the client library as bytes. The library would
 * lose types and values when it decodes them, and close the connection over malformed headers; the
 * broker would then redeliver the same message repeatedly.
 */
final class RawFrameHandler extends SocketFrameHandler {
  /**
   * Room for headers that RabbitMQ adds to a message (x-death): it sends all headers in one frame,
   * also when that is longer than the frame limit.
   */
  private static final int SLACK = 64 * 1024;

  /** The client's own limit until the broker and the client have agreed on one. */
  private static final int FIRST_FRAME_MAX = 8 * 1024;

  private static final int PREFIX = 12;
  private static final int BODY_SIZE = 4;
  private static final String NAME = "";

  private final ExecutorService closing;
  private final int maxMessageBytes;

  /**
   * @param closing runs each task on a thread of its own
   */
  RawFrameHandler(Socket socket, ExecutorService closing, int maxMessageBytes) throws IOException {
    super(socket, closing, FIRST_FRAME_MAX);
    super.setFrameMax(FIRST_FRAME_MAX); // without SLACK: no message arrives before the agreement
    this.closing = closing;
    this.maxMessageBytes = maxMessageBytes;
  }

  /** Null when nothing came in time. */
  @Override
  @SuppressWarnings("NullAway") // the client's class has no null annotations
  public @Nullable Frame readFrame() throws IOException {
    Frame frame = super.readFrame();
    if (frame == null || !isContentHeader(frame)) {
      return frame;
    }
    long size = ByteBuffer.wrap(frame.getPayload()).getLong(BODY_SIZE);
    if (size < 0 || size >= maxMessageBytes) {
      throw new MessageTooLargeException(size, maxMessageBytes);
    }
    return wrapped(frame);
  }

  private static boolean isContentHeader(Frame frame) {
    return frame.getType() == AMQP.FRAME_HEADER && frame.getPayload().length >= PREFIX;
  }

  /** Replaces the properties in a content header by one header that contains them. */
  static Frame wrapped(Frame frame) {
    if (!isContentHeader(frame)) {
      return frame;
    }
    byte[] payload = frame.getPayload();
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

  /** The properties that {@link #wrapped} put there. */
  static MessageProperties unwrapped(BasicProperties properties) {
    byte[] fields = (byte[]) properties.getHeaders().get(NAME);
    return MessageProperties.received(Objects.requireNonNull(fields, "not wrapped"));
  }

  /** Limits incoming frames only; the connection limits outgoing ones. */
  @Override
  public void setFrameMax(int frameMax) {
    boolean limited = frameMax > 0 && frameMax <= Integer.MAX_VALUE - SLACK;
    super.setFrameMax(limited ? frameMax + SLACK : frameMax);
  }

  /**
   * Closes on another thread: the library waits up to a second for a flush, and swallows an
   * interrupt of the waiting thread. Here the interrupt stays pending.
   */
  @Override
  public void close() {
    CompletableFuture.runAsync(super::close, closing).join();
  }
}
