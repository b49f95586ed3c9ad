package orderflow.messaging;

import com.rabbitmq.client.WriteListener;
import com.rabbitmq.client.impl.AMQConnection;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.FrameHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/**
 * The client's own way to send and receive frames, with {@link RawContentHeaders} in what comes,
 * and room for headers that are longer than a frame should be. RabbitMQ takes a few bytes above the
 * limit, adds headers of its own, and passes all on in one frame, however long; at which the client
 * would drop its connection, and the message would hold up its queue for good.
 */
final class RawFrameHandler implements FrameHandler {
  /** More than RabbitMQ's traces of a message's way take, which it sums up by queue and reason. */
  private static final int SLACK = 64 * 1024;

  private final FrameHandler frames;

  RawFrameHandler(FrameHandler frames) {
    this.frames = frames;
  }

  /** Null when nothing came in time. */
  @Override
  @SuppressWarnings("NullAway") // the client's interface says nothing about null
  public @Nullable Frame readFrame() throws IOException {
    Frame frame = frames.readFrame();
    return frame == null ? null : RawContentHeaders.wrapped(frame);
  }

  @Override
  public boolean internalHearbeat() {
    return frames.internalHearbeat();
  }

  @Override
  public void setTimeout(int millis) throws SocketException {
    frames.setTimeout(millis);
  }

  @Override
  public int getTimeout() throws SocketException {
    return frames.getTimeout();
  }

  @Override
  public void sendHeader() throws IOException {
    frames.sendHeader();
  }

  @Override
  public void initialize(AMQConnection connection) {
    frames.initialize(connection);
  }

  @Override
  public void startProcessing() {
    frames.startProcessing();
  }

  @Override
  public void finishConnectionNegotiation() {
    frames.finishConnectionNegotiation();
  }

  /** Of what comes only: what goes is held to the limit by the connection. */
  @Override
  public void setFrameMax(int frameMax) {
    boolean limited = frameMax > 0 && frameMax <= Integer.MAX_VALUE - SLACK;
    frames.setFrameMax(limited ? frameMax + SLACK : frameMax);
  }

  @Override
  public void writeFrame(Frame frame) throws IOException {
    frames.writeFrame(frame);
  }

  @Override
  public void flush(WriteListener listener) throws IOException {
    frames.flush(listener);
  }

  @Override
  public void close() {
    frames.close();
  }

  @Override
  public InetAddress getLocalAddress() {
    return frames.getLocalAddress();
  }

  @Override
  public int getLocalPort() {
    return frames.getLocalPort();
  }

  @Override
  public InetAddress getAddress() {
    return frames.getAddress();
  }

  @Override
  public int getPort() {
    return frames.getPort();
  }
}
