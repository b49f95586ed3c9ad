package orderflow.cli.embedded;

import org.apache.qpid.server.bytebuffer.QpidByteBuffer;
import org.apache.qpid.server.protocol.v0_8.MessageMetaData;
import org.apache.qpid.server.protocol.v0_8.MessageMetaDataType_0_8;
import org.apache.qpid.server.protocol.v0_8.transport.BasicContentHeaderProperties;
import org.apache.qpid.server.protocol.v0_8.transport.ContentHeaderBody;

/**
 * Reads the properties of messages on disk with {@link UncheckedHeaders}. Loaded by Qpid's service
 * loader, named in {@code services/}.
 */
public final class StoredProperties extends MessageMetaDataType_0_8 {
  /** For Qpid's service loader. */
  public StoredProperties() {}

  @Override
  public MessageMetaData createMetaData(QpidByteBuffer stored) {
    MessageMetaData read = super.createMetaData(stored);
    ContentHeaderBody header = read.getContentHeaderBody();
    BasicContentHeaderProperties properties = header.getProperties();
    return properties.checkValid()
        ? read
        : new MessageMetaData(
            read.getMessagePublishInfo(),
            new ContentHeaderBody(UncheckedHeaders.of(properties), header.getBodySize()),
            read.getArrivalTime());
  }
}
