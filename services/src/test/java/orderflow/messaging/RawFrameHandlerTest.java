package orderflow.messaging;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.MalformedFrameException;
import com.rabbitmq.client.impl.Frame;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

@SuppressWarnings("JavaUtilDate") // the client's own type for timestamps
class RawFrameHandlerTest {
  private static final int CLASS_ID_BYTES = 2;
  private static final byte[] TLS_ALERT = {21, 3, 3, 0, 2, 2, 40};

  @Test
  void clientsPropertiesArriveUnchanged() throws IOException {
    Map<String, Object> headers = new LinkedHashMap<>();
    headers.put("text", "ä");
    headers.put("numbers", List.of(1, 2L, (short) 3, (byte) 4, 1.5, 2.5f, new BigDecimal("1.2")));
    headers.put("table", Map.of("a", Map.of("b", new Date(0)), "time", new Date(1_000)));
    headers.put("null", null);
    var properties =
        new BasicProperties.Builder().contentType("a").contentEncoding("b").messageId("c");
    for (BasicProperties each :
        List.of(properties.build(), properties.headers(headers).build(), properties.build())) {
      MessageProperties received = received(each.toFrame(1, 0));
      assertArrayEquals(each.toFrame(0, 0).getPayload(), received.encode());
      assertEquals("a", received.contentType());
      assertEquals("b", received.contentEncoding());
      assertEquals("c", received.messageId());
    }
    Map<String, Object> read = new LinkedHashMap<>(headers);
    read.put("table", Map.of("a", Map.of("b", Instant.EPOCH), "time", Instant.ofEpochSecond(1)));
    assertEquals(read, received(properties.headers(headers).build()).headers());
  }

  /** A server of another protocol must not make us reserve memory, or wait for it to send more. */
  @Test
  void firstFrameIsLimited() throws IOException {
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var socket = new Socket(listener.getInetAddress(), listener.getLocalPort());
        Socket server = listener.accept()) {
      socket.setSoTimeout(10_000);
      var handler = new RawFrameHandler(socket, ForkJoinPool.commonPool(), 1 << 20);
      server.getOutputStream().write(TLS_ALERT);
      assertThrows(MalformedFrameException.class, handler::readFrame);
    }
  }

  @Test
  void tooDeeplyNestedHeadersAreKeptAsBytes() throws IOException {
    Object nested = "innermost";
    for (int level = 0; level < 32; level++) {
      nested = level % 2 == 0 ? Map.of("n", nested) : List.of(nested);
    }
    Frame deepest = frame(Map.of("n", nested));
    assertEquals(Map.of("n", nested), received(deepest).headers());

    Frame deeper = frame(Map.of("n", Map.of("n", nested)));
    byte[] table = Arrays.copyOfRange(deeper.getPayload(), 14 + 4, deeper.getPayload().length - 2);
    MessageProperties kept = received(deeper);
    assertEquals(List.of(MessageProperties.KEPT_HEADERS), List.copyOf(kept.headers().keySet()));
    assertArrayEquals(table, (byte[]) kept.headers().get(MessageProperties.KEPT_HEADERS));
    assertEquals("c", kept.messageId(), "the property after the headers");
  }

  @Test
  void rabbitMqsOwnTypeIsReadAndKept() throws IOException {
    Frame frame = frame(Map.of("n", -2L));
    byte[] payload = frame.getPayload();
    int type = new String(payload, ISO_8859_1).indexOf("nl") + 1;
    payload[type] = 'L';
    MessageProperties odd = received(new Frame(AMQP.FRAME_HEADER, 1, payload));
    assertEquals(-2L, odd.headers().get("n"));
    assertArrayEquals(payload, odd.encode());
  }

  @Test
  void unknownTypeIsKeptAsBytes() throws IOException {
    byte[] payload = frame(Map.of("n", -2L)).getPayload();
    int type = new String(payload, ISO_8859_1).indexOf("nl") + 1;
    payload[type] = '?';
    Frame odd = new Frame(AMQP.FRAME_HEADER, 1, payload);
    byte[] kept = (byte[]) received(odd).headers().get(MessageProperties.KEPT_HEADERS);
    assertArrayEquals(Arrays.copyOfRange(payload, type - 2, type + 9), kept);
  }

  @Test
  void otherFramesAreUnchanged() {
    for (int type : new int[] {AMQP.FRAME_METHOD, AMQP.FRAME_BODY, AMQP.FRAME_HEARTBEAT}) {
      Frame frame = new Frame(type, 1, new byte[] {1, 2, 3});
      assertSame(frame, RawFrameHandler.wrapped(frame));
    }
  }

  /** Otherwise a loop that opens and closes connections would not end. */
  @Test
  void closingKeepsAnInterrupt() throws IOException {
    try (var closing = Executors.newVirtualThreadPerTaskExecutor();
        var socket = new SlowSocket()) {
      var handler = new RawFrameHandler(socket, closing, Integer.MAX_VALUE);
      Thread.currentThread().interrupt();
      handler.close();
      assertTrue(Thread.interrupted());
      assertTrue(socket.isClosed());
    }
  }

  /** Not connected; a flush takes a moment. */
  private static final class SlowSocket extends Socket {
    private static final Duration FLUSH = Duration.ofMillis(100);

    @Override
    public InputStream getInputStream() {
      return InputStream.nullInputStream();
    }

    @Override
    public OutputStream getOutputStream() {
      return new OutputStream() {
        @Override
        public void write(int b) {}

        @Override
        public void flush() {
          LockSupport.parkNanos(FLUSH.toNanos());
        }
      };
    }
  }

  private static Frame frame(Map<String, Object> headers) throws IOException {
    Frame written =
        new BasicProperties.Builder().headers(headers).messageId("c").build().toFrame(1, 0);
    return new Frame(AMQP.FRAME_HEADER, 1, written.getPayload());
  }

  private static MessageProperties received(BasicProperties properties) throws IOException {
    return received(properties.toFrame(1, 0));
  }

  /** Through the client library. */
  private static MessageProperties received(Frame frame) throws IOException {
    byte[] wrapped =
        RawFrameHandler.wrapped(new Frame(AMQP.FRAME_HEADER, 1, frame.getPayload())).getPayload();
    var in =
        new DataInputStream(
            new ByteArrayInputStream(wrapped, CLASS_ID_BYTES, wrapped.length - CLASS_ID_BYTES));
    return RawFrameHandler.unwrapped(new BasicProperties(in));
  }
}
