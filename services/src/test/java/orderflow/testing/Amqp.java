package orderflow.testing;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import orderflow.messaging.MessageProperties;

/** Builds message properties as other programs send them. */
public final class Amqp {
  private static final int CLASS_ID_BYTES = 2;

  private Amqp() {}

  /** As they arrive over AMQP. */
  public static MessageProperties properties(BasicProperties.Builder builder) {
    try {
      return MessageProperties.decode(builder.build().toFrame(0, 0).getPayload());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As the client library represents them. */
  public static BasicProperties basic(MessageProperties properties) {
    byte[] encoded = properties.encode();
    try (var in =
        new DataInputStream(
            new ByteArrayInputStream(encoded, CLASS_ID_BYTES, encoded.length - CLASS_ID_BYTES))) {
      return new BasicProperties(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code properties} with one header more. */
  public static MessageProperties with(MessageProperties properties, String header, String value) {
    Map<String, Object> headers = new LinkedHashMap<>(properties.headers());
    headers.put(header, value);
    return properties(
        new BasicProperties.Builder().messageId(properties.messageId()).headers(headers));
  }
}
