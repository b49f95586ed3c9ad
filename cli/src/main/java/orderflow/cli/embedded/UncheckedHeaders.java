package orderflow.cli.embedded;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.qpid.server.bytebuffer.QpidByteBuffer;
import org.apache.qpid.server.protocol.v0_8.AMQFrameDecodingException;
import org.apache.qpid.server.protocol.v0_8.transport.BasicContentHeaderProperties;
import org.jspecify.annotations.Nullable;

/**
 * Message properties whose headers Qpid cannot decode (type {@code L}, text that is not UTF-8),
 * passed on as they are, as RabbitMQ does. Qpid confirms such a message and deletes it at its next
 * housekeeping; so these properties claim to be valid.
 */
final class UncheckedHeaders extends BasicContentHeaderProperties {
  private UncheckedHeaders(QpidByteBuffer encoded, int flags, int size)
      throws AMQFrameDecodingException {
    super(encoded, flags, size);
  }

  /** {@code properties} if Qpid can decode them; otherwise they are disposed of. */
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
      throw new IllegalStateException("properties were decoded before", e);
    }
  }

  @Override
  public synchronized void validate() {}

  @Override
  public boolean checkValid() {
    return true;
  }

  /** Does nothing: there is no decoded form to keep instead. */
  @Override
  public synchronized void clearEncodedForm() {}

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
