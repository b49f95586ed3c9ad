package orderflow.messaging;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.Frame;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@SuppressWarnings("JavaUtilDate") // the client's own type for timestamps
class ReadableHeadersTest {

  @Test
  void whatTheClientWritesItselfIsLeftAlone() throws IOException {
    Map<String, Object> headers = new LinkedHashMap<>();
    headers.put("text", "ä");
    headers.put("numbers", List.of(1, 2L, (short) 3, (byte) 4, 1.5, 2.5f, new BigDecimal("1.2")));
    headers.put("table", Map.of("a", Map.of("b", new Date(0)), "bytes", new byte[] {1}));
    headers.put("null", null);
    var properties =
        new BasicProperties.Builder().contentType("a").contentEncoding("b").messageId("c");
    for (BasicProperties each :
        List.of(properties.build(), properties.headers(headers).build(), properties.build())) {
      Frame frame = each.toFrame(1, 0);
      assertSame(frame, ReadableHeaders.of(frame));
    }
  }

  @Test
  void asDeepAsTheClientReadsIsLeftAloneAndDeeperIsKeptAsBytes() throws IOException {
    Object nested = "innermost";
    for (int level = 0; level < 32; level++) {
      nested = level % 2 == 0 ? Map.of("n", nested) : List.of(nested);
    }
    Frame deepest = frame(Map.of("n", nested));
    assertSame(deepest, ReadableHeaders.of(deepest));
    assertEquals(1, decoded(deepest).headers().size(), "the client reads it");

    Frame deeper = frame(Map.of("n", Map.of("n", nested)));
    byte[] table = Arrays.copyOfRange(deeper.getPayload(), 14 + 4, deeper.getPayload().length - 2);
    Properties kept = decoded(ReadableHeaders.of(deeper));
    assertEquals(List.of(ReadableHeaders.KEPT), List.copyOf(kept.headers().keySet()));
    assertArrayEquals(table, (byte[]) kept.headers().get(ReadableHeaders.KEPT));
    assertEquals("c", kept.messageId(), "what stands behind the headers");
  }

  @Test
  void aTypeThatOnlyRabbitMqKnowsIsReadAsWhatItIs() throws IOException {
    Frame frame = frame(Map.of("n", -2L));
    byte[] payload = frame.getPayload();
    int type = new String(payload, ISO_8859_1).indexOf("nl") + 1;
    payload[type] = 'L';
    Frame odd = new Frame(AMQP.FRAME_HEADER, 1, payload);
    assertEquals(-2L, decoded(ReadableHeaders.of(odd)).headers().get("n"));
  }

  @Test
  void aTypeThatNobodyKnowsIsKeptAsBytes() throws IOException {
    byte[] payload = frame(Map.of("n", -2L)).getPayload();
    int type = new String(payload, ISO_8859_1).indexOf("nl") + 1;
    payload[type] = '?';
    Frame odd = new Frame(AMQP.FRAME_HEADER, 1, payload);
    byte[] kept = (byte[]) decoded(ReadableHeaders.of(odd)).headers().get(ReadableHeaders.KEPT);
    assertArrayEquals(Arrays.copyOfRange(payload, type - 2, type + 9), kept);
  }

  @Test
  void otherFramesAreLeftAlone() {
    for (int type : new int[] {AMQP.FRAME_METHOD, AMQP.FRAME_BODY, AMQP.FRAME_HEARTBEAT}) {
      Frame frame = new Frame(type, 1, new byte[] {1, 2, 3});
      assertSame(frame, ReadableHeaders.of(frame));
    }
  }

  private static Frame frame(Map<String, Object> headers) throws IOException {
    Frame written =
        new BasicProperties.Builder().headers(headers).messageId("c").build().toFrame(1, 0);
    return new Frame(AMQP.FRAME_HEADER, 1, written.getPayload());
  }

  /** As the client reads it. */
  private static Properties decoded(Frame frame) {
    return Properties.decode(frame.getPayload());
  }
}
