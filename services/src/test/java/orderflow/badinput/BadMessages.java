package orderflow.badinput;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static orderflow.messaging.DeadLetter.Reason.INVALID;
import static orderflow.messaging.DeadLetter.Reason.MALFORMED;
import static orderflow.messaging.DeadLetter.Reason.TOO_LARGE;
import static orderflow.messaging.DeadLetter.Reason.UNSUPPORTED;
import static orderflow.messaging.Topology.INVENTORY_RESERVED;
import static orderflow.messaging.Topology.ORDER_OUTCOME;
import static orderflow.messaging.Topology.ORDER_PLACED;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import orderflow.event.EventCodec;
import orderflow.messaging.DeadLetter.Reason;

/**
 * The AMQP catalogue: the messages that must be dead-lettered, and the reasons. Wherever an id of
 * ours would do, it is {@link #MARK}, which must never be executed.
 */
final class BadMessages {
  static final String MARK = "zqxmark";

  private static final String ORDER =
      "{\"order_id\":\"zqxmark\",\"item_id\":\"widget\",\"qty\":1,\"user_id\":\"u1\"}";
  private static final String OUTCOME =
      "{\"order_id\":\"zqxmark\",\"status\":\"reserved\",\"user_id\":\"u1\","
          + "\"item_id\":\"widget\",\"qty\":1}";

  private BadMessages() {}

  /**
   * @param frameMax the frame size that the largest headers fill
   */
  static Stream<BadMessage> all(int frameMax) {
    List<BadMessage> all = new ArrayList<>();
    for (String queue : List.of(ORDER_PLACED, INVENTORY_RESERVED, ORDER_OUTCOME)) {
      String good = queue.equals(ORDER_PLACED) ? ORDER : OUTCOME;
      noJson(all, queue, good);
      fields(all, queue, good);
      ids(all, queue, good);
      sizes(all, queue, good);
      properties(all, queue, good);
    }
    for (OddProperties odd : OddProperties.all(frameMax)) {
      all.add(
          new BadMessage(
              odd.name(), ORDER_PLACED, odd.properties(), MARK.getBytes(UTF_8), MALFORMED));
    }
    quantities(all);
    outcomes(all);
    wrongQueues(all);
    return all.stream();
  }

  private static void noJson(List<BadMessage> all, String queue, String good) {
    add(all, queue, "empty", new byte[0], MALFORMED);
    add(all, queue, "one NUL", new byte[1], MALFORMED);
    add(all, queue, "not JSON", "not valid json {", MALFORMED);
    add(all, queue, "cut short", good.substring(0, good.length() - 1), MALFORMED);
    add(all, queue, "null", "null", MALFORMED);
    add(all, queue, "a list", "[" + good + "]", MALFORMED);
    add(all, queue, "trailing tokens", good + " {}", MALFORMED);
    add(all, queue, "a comment", "/**/" + good, MALFORMED);
    add(all, queue, "duplicate key", good.replace("}", ",\"user_id\":\"u1\"}"), MALFORMED);
    add(all, queue, "duplicate unknown key", extended(good, "{\"a\":1,\"a\":2}"), MALFORMED);
    add(all, queue, "BOM", "\ufeff" + good, MALFORMED);
    add(all, queue, "UTF-16", good.getBytes(UTF_16), MALFORMED);
    add(all, queue, "Latin-1", good.replace("u1", "\u00fc").getBytes(ISO_8859_1), MALFORMED);
    add(all, queue, "overlong", latin1(extended(good, "\"\u00c0\u00af\"")), MALFORMED);
    add(all, queue, "raw surrogate", latin1(extended(good, "\"\u00ed\u00a0\u0080\"")), MALFORMED);
    add(all, queue, "raw line break", good.replace("u1", "u\n1"), MALFORMED);
    add(all, queue, "long number", extended(good, "1".repeat(65)), MALFORMED);
    add(all, queue, "17 levels", extended(good, "[".repeat(16) + "]".repeat(16)), MALFORMED);
    add(all, queue, "100,000 levels", "[".repeat(100_000) + "]".repeat(100_000), MALFORMED);
    add(all, queue, "40,000 objects", "{\"a\":".repeat(40_000), MALFORMED);
  }

  private static void fields(List<BadMessage> all, String queue, String good) {
    List<String> required =
        queue.equals(ORDER_PLACED)
            ? List.of("order_id", "item_id", "qty", "user_id")
            : List.of("order_id", "status", "user_id");
    for (String field : required) {
      String renamed = good.replace("\"" + field + "\"", "\"x\"");
      add(all, queue, "no " + field, renamed, MALFORMED);
      String before = "{\"" + field + "\":";
      add(all, queue, "null " + field, renamed.replace("{", before + "null,"), MALFORMED);
      add(all, queue, field + " is a list", renamed.replace("{", before + "[1],"), MALFORMED);
      add(all, queue, field + " is a truth", renamed.replace("{", before + "true,"), MALFORMED);
    }
    add(all, queue, "order_id is a number", good.replace("\"zqxmark\"", "7"), MALFORMED);
    add(all, queue, "item_id is a number", good.replace("\"widget\"", "7"), MALFORMED);
    add(all, queue, "qty is a text", good.replace(":1", ":\"1\""), MALFORMED);
    add(all, queue, "qty out of range", good.replace(":1", ":0"), INVALID);
  }

  private static void ids(List<BadMessage> all, String queue, String good) {
    List<String> bad =
        List.of(
            "",
            "two words",
            "a/b",
            "zqxmark\\r\\nINFO forged",
            "zqxmark\\u0000",
            "zqxmark\\u001b[2J",
            "zqxmark\\u202e",
            "zqxmark\\ud800",
            "zqxmark\u0661",
            "zqxm\u0430rk",
            "x".repeat(129));
    for (String id : bad) {
      add(all, queue, "order_id " + id, good.replace("\"zqxmark\"", '"' + id + '"'), INVALID);
    }
    add(all, queue, "bad user_id", good.replace("u1", "u\\u001b[31m1"), INVALID);
    add(all, queue, "bad item_id", good.replace("widget", "wid\\u202eget"), INVALID);
  }

  private static void quantities(List<BadMessage> all) {
    for (String qty : List.of("1.0", "1e3", "1e999999", "9223372036854775808", "{}")) {
      add(all, ORDER_PLACED, "qty " + qty, ORDER.replace(":1", ":" + qty), MALFORMED);
    }
    for (String qty : List.of("-1", "-0", "1000001", "2147483648", "4294967297")) {
      add(all, ORDER_PLACED, "qty " + qty, ORDER.replace(":1", ":" + qty), INVALID);
    }
  }

  private static void outcomes(List<BadMessage> all) {
    for (String queue : List.of(INVENTORY_RESERVED, ORDER_OUTCOME)) {
      add(all, queue, "shouted status", OUTCOME.replace("reserved", "RESERVED"), INVALID);
      add(all, queue, "unknown status", OUTCOME.replace("reserved", "cancelled"), INVALID);
      for (String reason : List.of("\\ud800", "x".repeat(1_001))) {
        String body = OUTCOME.replace("}", ",\"reason\":\"" + reason + "\"}");
        add(all, queue, "reason " + reason, body, INVALID);
      }
    }
  }

  private static void sizes(List<BadMessage> all, String queue, String good) {
    byte[] padded = Arrays.copyOf(good.getBytes(UTF_8), EventCodec.MAX_BYTES + 1);
    Arrays.fill(padded, good.length(), padded.length, (byte) ' ');
    add(all, queue, "one byte too large", padded, TOO_LARGE);
    add(all, queue, "large and empty", new byte[4 * 1024 * 1024], TOO_LARGE);
    add(all, queue, "as large as may be", new byte[EventCodec.MAX_BYTES], MALFORMED);
  }

  private static void properties(List<BadMessage> all, String queue, String good) {
    byte[] body = good.getBytes(UTF_8);
    for (String encoding : List.of("gzip", "deflate", "br", "zqxmark")) {
      var properties = new BasicProperties.Builder().contentEncoding(encoding).build();
      all.add(new BadMessage(encoding, queue, properties, gzip(body), UNSUPPORTED));
    }
    for (String type : List.of("text/plain", "application/octet-stream", "zqxmark")) {
      var properties = new BasicProperties.Builder().contentType(type).build();
      all.add(new BadMessage(type, queue, properties, body, UNSUPPORTED));
    }
    for (String type : List.of("OrderCancelled", "OrderPlaced.v2", "zqxmark")) {
      var properties = new BasicProperties.Builder().type(type).build();
      all.add(new BadMessage("type " + type, queue, properties, body, UNSUPPORTED));
    }
  }

  private static void wrongQueues(List<BadMessage> all) {
    BasicProperties placed = new BasicProperties.Builder().type("OrderPlaced").build();
    BasicProperties reserved = new BasicProperties.Builder().type("InventoryReserved").build();
    BasicProperties failed = new BasicProperties.Builder().type("InventoryFailed").build();
    byte[] order = ORDER.getBytes(UTF_8);
    byte[] outcome = OUTCOME.getBytes(UTF_8);
    byte[] failure = OUTCOME.replace("reserved", "failed").getBytes(UTF_8);
    all.add(new BadMessage("an outcome", ORDER_PLACED, reserved, outcome, UNSUPPORTED));
    add(
        all,
        ORDER_PLACED,
        "a foreign outcome",
        "{\"order_id\":\"zqxmark\",\"status\":\"reserved\",\"user_id\":\"u1\"}",
        MALFORMED);
    all.add(new BadMessage("a failure", INVENTORY_RESERVED, failed, failure, UNSUPPORTED));
    add(all, INVENTORY_RESERVED, "a foreign failure", failure, UNSUPPORTED);
    for (String queue : List.of(INVENTORY_RESERVED, ORDER_OUTCOME)) {
      all.add(new BadMessage("an order", queue, placed, order, UNSUPPORTED));
      add(all, queue, "a foreign order", order, MALFORMED);
    }
  }

  private static String extended(String good, String value) {
    return good.replace("}", ",\"x\":" + value + "}");
  }

  private static byte[] latin1(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private static byte[] gzip(byte[] plain) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void add(
      List<BadMessage> all, String queue, String name, String body, Reason reason) {
    add(all, queue, name, body.getBytes(UTF_8), reason);
  }

  private static void add(
      List<BadMessage> all, String queue, String name, byte[] body, Reason reason) {
    all.add(new BadMessage(name, queue, body, reason));
  }
}
