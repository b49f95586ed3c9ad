package orderflow.badinput;

import static orderflow.badinput.RawProperties.bytes;
import static orderflow.badinput.RawProperties.entry;
import static orderflow.badinput.RawProperties.sized;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Unusual properties that do not affect the body: a message with a valid body has its effect, and
 * one with an invalid body is dead-lettered.
 */
@SuppressWarnings("JavaUtilDate") // the client's own type for timestamps
record OddProperties(String name, BasicProperties properties) {
  /** The size of the frame and the other properties. */
  private static final int OVERHEAD = 300;

  private static final byte[] NOTHING = {};

  /**
   * @param frameMax the frame size that the largest of them fill
   */
  static List<OddProperties> all(int frameMax) {
    int room = frameMax - OVERHEAD;
    List<OddProperties> all = new ArrayList<>();
    usual(all);
    spoofed(all);
    huge(all, room);
    types(all);
    all.add(new OddProperties("text of no encoding", RawProperties.shortStrings(noText())));
    all.add(
        new OddProperties(
            "header names of no encoding", RawProperties.headers(entry(noText(), 'V', NOTHING))));
    all.add(new OddProperties("tables in tables", RawProperties.headers(nested('F', room / 6))));
    all.add(new OddProperties("lists in lists", RawProperties.headers(nested('A', room / 5))));
    all.add(new OddProperties("a few too many levels", RawProperties.headers(nested('F', 34))));
    return all;
  }

  private static void usual(List<OddProperties> all) {
    all.add(new OddProperties("reply-to", builder().replyTo("zqxmark").build()));
    all.add(new OddProperties("priority", builder().priority(255).build()));
    all.add(new OddProperties("expiration", builder().expiration("3600000").build()));
    all.add(new OddProperties("another order's message id", builder().messageId("zqx").build()));
    all.add(new OddProperties("another order's id", builder().correlationId("zqx").build()));
    all.add(new OddProperties("not persistent", builder().deliveryMode(1).build()));
    all.add(
        new OddProperties("end of time", builder().timestamp(new Date(Long.MAX_VALUE)).build()));
    all.add(new OddProperties("empty texts", builder().type("").messageId("").build()));
    all.add(
        new OddProperties(
            "control characters", builder().messageId("zqxmark\r\n\u001b[2J").build()));
    all.add(new OddProperties("null header", headers(Collections.singletonMap("zqxmark", null))));
    all.add(new OddProperties("nameless header", headers(Map.of("", "zqxmark"))));
  }

  private static void spoofed(List<OddProperties> all) {
    Map<String, Object> death = new HashMap<>();
    death.put("x-death", List.of(Map.of("count", 99L, "queue", "order_placed", "reason", "x")));
    death.put("x-first-death-queue", "zqxmark");
    death.put("x-delivery-count", 1_000_000L);
    all.add(new OddProperties("spoofed deaths", headers(death)));
    Map<String, Object> ours = new HashMap<>();
    for (String name : List.of("reason", "detail", "exchange", "routing-key", "at", "id")) {
      ours.put("x-orderflow-" + name, "zqxmark");
    }
    ours.put("x-orderflow-replays", "999999");
    all.add(new OddProperties("spoofed dead letter", headers(ours)));
    all.add(
        new OddProperties(
            "spoofed replays", headers(Map.of("x-orderflow-replays", Map.of("a", List.of(1))))));
    all.add(
        new OddProperties("no copies", headers(Map.of("CC", List.of("nobody"), "BCC", List.of()))));
  }

  private static void huge(List<OddProperties> all, int room) {
    String huge = "x".repeat(room);
    all.add(new OddProperties("huge header", headers(Map.of("huge", huge))));
    for (String name : List.of("x-orderflow-huge", "x-orderflow-detail", "x-orderflow-replays")) {
      all.add(new OddProperties("huge " + name, headers(Map.of(name, huge))));
    }
    List<String> unknownQueues = Collections.nCopies(room / 55, "nobody.".repeat(7) + "!");
    all.add(new OddProperties("huge CC", headers(Map.of("CC", unknownQueues))));
    all.add(
        new OddProperties(
            "many headers",
            RawProperties.headers(
                bytes(out -> {
                  for (int i = 0; i < room / 15; i++) {
                    out.write(entry("zqxmark" + (10_000 + i), 'b', new byte[1]));
                  }
                }))));
  }

  /** Every type of header value, alone and nested. */
  private static void types(List<OddProperties> all) {
    Map<Character, byte[]> values = new HashMap<>();
    "bBt".chars().forEach(type -> values.put((char) type, ones(1)));
    "su".chars().forEach(type -> values.put((char) type, ones(2)));
    "Ii".chars().forEach(type -> values.put((char) type, ones(4)));
    "lLT".chars().forEach(type -> values.put((char) type, ones(8)));
    values.put('D', ones(5));
    values.put('f', bytes(out -> out.writeFloat(1.5f)));
    values.put('d', bytes(out -> out.writeDouble(-1.5)));
    values.put('V', NOTHING);
    values.put('S', sized(ones(3)));
    values.put('x', sized(ones(3)));
    values.put('F', sized(NOTHING));
    values.put('A', sized(NOTHING));
    values.forEach((type, value) -> {
      byte[] plain = entry("zqxmark", type, value);
      byte[] within = entry("table", 'F', sized(plain));
      all.add(
          new OddProperties(
              "header type " + type,
              RawProperties.headers(
                  bytes(out -> {
                    out.write(plain);
                    out.write(within);
                    out.write(entry("last", 't', ones(1)));
                  }))));
    });
  }

  /** Tables or lists, each the only entry of the one around it. */
  private static byte[] nested(char type, int depth) {
    int nameLength = type == 'F' ? 1 : 0;
    int each = nameLength + 1 + Integer.BYTES;
    return bytes(out -> {
      out.writeByte(0);
      for (int left = depth - 1; left >= 0; left--) {
        out.writeByte(type);
        out.writeInt(left * each);
        if (left > 0 && nameLength > 0) {
          out.writeByte(0);
        }
      }
    });
  }

  private static byte[] noText() {
    return ones(255);
  }

  private static byte[] ones(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 0xff);
    return bytes;
  }

  private static BasicProperties.Builder builder() {
    return new BasicProperties.Builder();
  }

  private static BasicProperties headers(Map<String, Object> headers) {
    return builder().headers(headers).build();
  }
}
