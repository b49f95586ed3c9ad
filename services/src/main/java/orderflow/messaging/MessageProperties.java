package orderflow.messaging;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.Frame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orderflow.event.Event;
import orderflow.messaging.ContentHeader.Field;
import org.jspecify.annotations.Nullable;

/**
 * A message's properties and headers in AMQP's encoding: values of every type are forwarded byte
 * for byte. Immutable.
 */
@SuppressWarnings("JavaUtilDate") // the client's own type for timestamps
public final class MessageProperties {
  /** The header that contains the bytes of malformed headers. */
  static final String KEPT_HEADERS = "x-orderflow-original-headers";

  /** The header that contains the bytes of malformed properties. */
  static final String KEPT_PROPERTIES = "x-orderflow-original-properties";

  private static final int PERSISTENT = 2;

  /** Class, weight and size of the body, before the properties. */
  private static final int PREFIX = 12;

  private static final short BASIC_CLASS = 60;

  /** A frame's own header and end byte. */
  private static final int FRAME_OVERHEAD = 8;

  private final ContentHeader content;

  /** Decoded on first use. */
  private @Nullable List<HeaderEntry> entries;

  MessageProperties(BasicProperties amqp) {
    this(new ContentHeader(fieldsOf(amqp)));
  }

  private MessageProperties(ContentHeader content) {
    this.content = content;
  }

  private static byte[] fieldsOf(BasicProperties amqp) {
    try {
      byte[] payload = amqp.toFrame(0, 0).getPayload();
      return Arrays.copyOfRange(payload, PREFIX, payload.length);
    } catch (IOException e) {
      throw new UncheckedIOException("the properties cannot be encoded", e);
    }
  }

  /** Of an event that we publish; without headers, as the contract says. */
  public static MessageProperties of(Event event, Instant at, String appId) {
    return new MessageProperties(
        new BasicProperties.Builder()
            .contentType("application/json")
            .deliveryMode(PERSISTENT)
            .messageId(event.messageId())
            .type(event.type().eventName())
            .correlationId(event.orderId())
            .timestamp(Date.from(at))
            .appId(appId)
            .build());
  }

  /** No properties, as a foreign publisher may send. */
  public static MessageProperties none() {
    return new MessageProperties(new BasicProperties.Builder().build());
  }

  /** Persistent, with a message id and nothing else. */
  public static MessageProperties persistent(String messageId) {
    return new MessageProperties(
        new BasicProperties.Builder().deliveryMode(PERSISTENT).messageId(messageId).build());
  }

  /** The same with an additional header. */
  public MessageProperties withHeader(String name, String text) {
    List<HeaderEntry> headers = new ArrayList<>(entries());
    headers.add(HeaderEntry.text(name, text));
    return withEntries(headers);
  }

  /** Reads the bytes that {@link #encode} wrote. */
  public static MessageProperties decode(byte[] encoded) {
    try {
      return readable(
          new ContentHeader(Arrays.copyOfRange(encoded, PREFIX, Math.max(PREFIX, encoded.length))));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the stored properties are damaged", e);
    }
  }

  /**
   * As a broker delivered them. Malformed properties are kept in {@link #KEPT_PROPERTIES},
   * malformed headers in {@link #KEPT_HEADERS}: other clients would close their connection over
   * them.
   *
   * @param fields the flags and the fields
   */
  static MessageProperties received(byte[] fields) {
    try {
      return readable(new ContentHeader(fields));
    } catch (IllegalArgumentException e) {
      HeaderEntry kept = HeaderEntry.sized(KEPT_PROPERTIES, 'x', fields);
      return new MessageProperties(ContentHeader.ofHeaders(HeaderEntry.encoded(List.of(kept))));
    }
  }

  private static MessageProperties readable(ContentHeader content) {
    var properties = new MessageProperties(content);
    if (!content.has(Field.HEADERS) || properties.table().isPresent()) {
      return properties;
    }
    byte[] table =
        Arrays.copyOfRange(
            content.bytes(),
            content.start(Field.HEADERS) + Integer.BYTES,
            content.end(Field.HEADERS));
    return properties.withEntries(List.of(HeaderEntry.sized(KEPT_HEADERS, 'x', table)));
  }

  /** In AMQP's content header encoding, byte for byte as transmitted. */
  public byte[] encode() {
    return encode(0);
  }

  private byte[] encode(long bodySize) {
    byte[] fields = content.bytes();
    return ByteBuffer.allocate(PREFIX + fields.length)
        .putShort(BASIC_CLASS)
        .putShort((short) 0)
        .putLong(bodySize)
        .put(fields)
        .array();
  }

  /** For the client, which sends the encoded bytes. */
  BasicProperties toAmqp() {
    return new BasicProperties() {
      @Override
      public Frame toFrame(int channel, long bodySize) throws IOException {
        var frame = new Frame(AMQP.FRAME_HEADER, channel);
        frame.getOutputStream().write(encode(bodySize));
        return frame;
      }
    };
  }

  public @Nullable String contentType() {
    return content.text(Field.CONTENT_TYPE);
  }

  public @Nullable String contentEncoding() {
    return content.text(Field.CONTENT_ENCODING);
  }

  public @Nullable String type() {
    return content.text(Field.TYPE);
  }

  public @Nullable String messageId() {
    return content.text(Field.MESSAGE_ID);
  }

  /** The properties except for the headers, by their names in AMQP and in its order. */
  public Map<String, String> named() {
    Map<String, String> set = new LinkedHashMap<>();
    for (Field field : Field.values()) {
      Object value = content.value(field);
      if (value != null) {
        set.put(field.amqpName(), value.toString());
      }
    }
    return set;
  }

  /** A header as text, or null when it is absent. */
  public @Nullable String header(String name) {
    String found = null;
    for (HeaderEntry entry : entries()) {
      if (entry.isNamed(name)) {
        Object value = entry.value();
        found =
            switch (value) {
              case null -> null;
              case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
              default -> value.toString();
            };
      }
    }
    return found;
  }

  /**
   * All headers. A text is a {@link String}, or bytes when it is not UTF-8; a timestamp is an
   * {@link Instant}, or a number when it is out of range. Not modifiable.
   */
  public Map<String, Object> headers() {
    Map<String, @Nullable Object> headers = new LinkedHashMap<>();
    entries().forEach(entry -> headers.put(entry.name(), entry.value()));
    return Collections.unmodifiableMap(headers);
  }

  ContentHeader content() {
    return content;
  }

  /** The encoded headers in their order; not modifiable. */
  List<HeaderEntry> entries() {
    List<HeaderEntry> read = entries;
    if (read == null) {
      read = content.has(Field.HEADERS) ? List.copyOf(table().orElseThrow()) : List.of();
      entries = read;
    }
    return read;
  }

  private Optional<List<HeaderEntry>> table() {
    int start = content.start(Field.HEADERS) + Integer.BYTES;
    return HeaderEntry.table(content.bytes(), start, content.end(Field.HEADERS));
  }

  MessageProperties withEntries(List<HeaderEntry> headers) {
    return with(headers, Map.of());
  }

  /**
   * The same with these headers and with other fields.
   *
   * @param fields as {@link ContentHeader#with} takes them
   */
  MessageProperties with(List<HeaderEntry> headers, Map<Field, byte[]> fields) {
    byte[] table = HeaderEntry.encoded(headers);
    Map<Field, byte[]> replaced = new EnumMap<>(Field.class);
    replaced.putAll(fields);
    replaced.put(
        Field.HEADERS,
        headers.isEmpty()
            ? new byte[0]
            : ByteBuffer.allocate(Integer.BYTES + table.length)
                .putInt(table.length)
                .put(table)
                .array());
    return new MessageProperties(content.with(replaced));
  }

  /**
   * These properties, in a content header that fits into a frame of {@code frameMax} bytes. Headers
   * that filled a frame leave no room for the headers of a dead letter: the largest are then
   * dropped and recorded in {@link DroppedHeaders}.
   */
  MessageProperties fittingInto(int frameMax) {
    int excess = excess(frameMax);
    return excess <= 0 ? this : withEntries(DroppedHeaders.without(excess, entries()));
  }

  /** Whether {@link #fittingInto} would change nothing. */
  boolean fits(int frameMax) {
    return excess(frameMax) <= 0;
  }

  /** How many bytes do not fit; at most 0 when all fit. */
  private int excess(int frameMax) {
    return frameMax == 0 ? 0 : PREFIX + content.bytes().length + FRAME_OVERHEAD - frameMax;
  }
}
