package orderflow.cli.embedded;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.qpid.server.bytebuffer.QpidByteBuffer;
import org.apache.qpid.server.protocol.v0_8.AMQFrameDecodingException;
import org.apache.qpid.server.protocol.v0_8.transport.BasicContentHeaderProperties;
import org.jspecify.annotations.Nullable;

/**
 * Properties of a message with headers that the library cannot decode, such as one of type {@code
 * L}, or a text that is not UTF-8. RabbitMQ takes them and passes them on. The library confirms
 * such a message, and deletes it when it next goes through its queue, every 30 seconds; so these
 * say that they are well-formed, and pass the headers on as they are, without looking into them.
 */
final class UncheckedHeaders extends BasicContentHeaderProperties {
  private UncheckedHeaders(QpidByteBuffer encoded, int flags, int size)
      throws AMQFrameDecodingException {
    super(encoded, flags, size);
  }

  /** The same where the library can decode the headers; else {@code properties} is disposed of. */
  static BasicContentHeaderProperties of(BasicContentHeaderProperties properties) {
    if (properties.checkValid()) {
      return properties;
    }
    int size = properties.getPropertyListSize();
    try (QpidByteBuffer encoded = QpidByteBuffer.allocateDirect(size)) {
      properties.writePropertyListPayload(encoded);
      encoded.flip();
      int flags = properties.getPropertyFlags();
      properties.dispose();
      return new UncheckedHeaders(encoded, flags, size);
    } catch (AMQFrameDecodingException e) {
      throw new IllegalStateException("it was decoded before", e);
    }
  }

  @Override
  public synchronized void validate() {
    // passed on as they are
  }

  @Override
  public boolean checkValid() {
    return true;
  }

  /** The library would keep the decoded headers instead. */
  @Override
  public synchronized void clearEncodedForm() {
    // there are none
  }

  @Override
  public synchronized @Nullable Object getHeader(String name) {
    return null;
  }

  @Override
  public synchronized boolean containsHeader(String name) {
    return false;
  }

  @Override
  public synchronized Collection<String> getHeaderNames() {
    return List.of();
  }

  @Override
  public synchronized Map<String, Object> getHeadersAsMap() {
    return Map.of();
  }
}
