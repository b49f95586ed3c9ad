package orderflow.badinput;

import static orderflow.badinput.BadRequest.closing;
import static orderflow.badinput.BadRequest.goingOn;
import static orderflow.badinput.BadRequest.utf8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import orderflow.testing.RawHttpClient;

/** The HTTP catalogue of bad requests for the order service. */
final class BadOrders {
  static final int MAX_BODY = 64 * 1024;

  /** A valid order; its id is {@link BadMessages#MARK}. */
  static final String ORDER =
      "{\"order_id\":\"zqxmark\",\"item_id\":\"widget\",\"qty\":1,\"user_id\":\"u1\"}";

  private static final String HOST = "Host: test\r\n";

  private BadOrders() {}

  static Stream<BadRequest> all() {
    List<BadRequest> all = new ArrayList<>();
    noJson(all);
    fields(all);
    ids(all);
    quantities(all);
    sizes(all);
    types(all);
    framing(all);
    paths(all);
    return all.stream();
  }

  private static void noJson(List<BadRequest> all) {
    body(all, "empty", "");
    body(all, "not JSON", "not valid json {");
    body(all, "cut short", ORDER.substring(0, ORDER.length() - 1));
    body(all, "null", "null");
    body(all, "a list of orders", "[" + ORDER + "]");
    body(all, "trailing tokens", ORDER + " {}");
    body(all, "trailing word", ORDER + "x");
    body(all, "two orders", ORDER + ORDER);
    body(all, "a comment", "/**/" + ORDER);
    body(all, "duplicate key", ORDER.replace("}", ",\"qty\":2}"));
    body(all, "duplicate key, escaped", ORDER.replace("}", ",\"\\u0071ty\":2}"));
    body(all, "duplicate unknown key", extended("{\"a\":1,\"a\":2}"));
    body(all, "BOM", "\u00ef\u00bb\u00bf" + ORDER);
    body(all, "UTF-16", ORDER.replaceAll("(.)", "\u0000$1"));
    body(all, "invalid UTF-8", extended("\"\u00ff\u00fe\""));
    body(all, "Latin-1", extended("\"\u00fc\""));
    body(all, "overlong UTF-8", extended("\"\u00c0\u00af\""));
    body(all, "raw lone surrogate", extended("\"\u00ed\u00a0\u0080\""));
    body(all, "lone surrogate", ORDER.replace("zqxmark", "zqxmark\\ud800"));
    body(all, "raw line break", ORDER.replace("zqxmark", "zqxmark\r\nX-Forged: 1"));
    body(all, "raw NUL", ORDER.replace("zqxmark", "zqxmark\u0000"));
    body(all, "17 levels", extended("[".repeat(16) + "]".repeat(16)));
    body(all, "30,000 levels", "[".repeat(30_000) + "]".repeat(30_000));
    body(all, "10,000 objects", "{\"a\":".repeat(10_000));
    body(all, "long number", extended("1".repeat(65)));
    body(all, "60,000 digits", ORDER.replace(":1", ":" + "1".repeat(60_000)));
    body(all, "not a number", ORDER.replace(":1", ":NaN"));
    body(all, "leading zero", ORDER.replace(":1", ":01"));
  }

  private static void fields(List<BadRequest> all) {
    for (String field : List.of("order_id", "item_id", "qty", "user_id")) {
      body(all, "no " + field, ORDER.replace("\"" + field + "\"", "\"x\""));
    }
    for (String field : List.of("order_id", "item_id", "user_id")) {
      String renamed = ORDER.replace("\"" + field + "\"", "\"x\"");
      for (String value : List.of("null", "7", "true", "[\"zqxmark\"]", "{}")) {
        body(all, field + " " + value, renamed.replace("{", "{\"" + field + "\":" + value + ","));
      }
    }
  }

  private static void ids(List<BadRequest> all) {
    List<String> bad =
        List.of(
            "",
            " ",
            "zqxmark ",
            "zqx mark",
            "zqxmark/..",
            "zqxmark\\r\\nSet-Cookie: a=b",
            "zqxmark\\nINFO forged",
            "zqxmark\\u0000",
            "zqxmark\\u001b[31m",
            "zqxmark\\u202e",
            "zqxmark\\u2066",
            "zqxmark\\ufeff",
            "zqxmark%0d%0a",
            "<script>zqxmark",
            "zqxmark' OR 1=1",
            "${zqxmark}",
            utf8("zqxm\u0430rk"),
            utf8("zqxmark\u0661"),
            utf8("zqxmark\ud83d\ude00"),
            "x".repeat(129));
    for (String id : bad) {
      body(all, "order_id " + id, ORDER.replace("zqxmark", id));
      body(all, "item_id " + id, ORDER.replace("widget", id));
      body(all, "user_id " + id, ORDER.replace("u1", id));
    }
  }

  private static void quantities(List<BadRequest> all) {
    for (String qty :
        List.of(
            "0",
            "-0",
            "-1",
            "1.0",
            "1.5",
            "1e0",
            "1e3",
            "1e999999",
            "-1e999999",
            "\"1\"",
            "true",
            "null",
            "[1]",
            "{}",
            "1000001",
            "2147483648",
            "4294967297",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551617",
            "1".repeat(64))) {
      String body = ORDER.replace(":1", ":" + qty);
      all.add(goingOn("qty " + qty, RawHttpClient.post("/order", body), 422));
    }
  }

  private static void sizes(List<BadRequest> all) {
    String over = padded(MAX_BODY + 1);
    String head = "POST /order HTTP/1.1\r\n" + HOST;
    all.add(closing("one byte too large", RawHttpClient.post("/order", over), 413));
    all.add(closing("4 MiB", RawHttpClient.post("/order", padded(4 * 1024 * 1024)), 413));
    all.add(closing("Content-Length is huge", head + "Content-Length: 999999999999\r\n\r\n", 413));
    all.add(closing("one chunk too large", RawHttpClient.chunked("/order", chunk(over)), 413));
    all.add(
        closing(
            "chunks too large",
            RawHttpClient.chunked("/order", chunk(padded(16_384)).repeat(5)),
            413));
    all.add(closing("a lying chunk", RawHttpClient.chunked("/order", "2\r\n" + ORDER), 400));
    all.add(
        closing("an endless chunk", RawHttpClient.chunked("/order", "f".repeat(17) + "\r\n"), 400));
    all.add(closing("no number", head + "Content-Length: zqxmark\r\n\r\n" + ORDER, 400));
    all.add(closing("below zero", head + "Content-Length: -1\r\n\r\n" + ORDER, 400));
  }

  private static void types(List<BadRequest> all) {
    for (String type :
        List.of("text/plain", "application/x-www-form-urlencoded", "application/jsonzqxmark")) {
      all.add(closing(type, RawHttpClient.post("/order", ORDER, "Content-Type: " + type), 415));
    }
    for (String coding : List.of("gzip", "deflate", "br", "identity, gzip", "zqxmark")) {
      String request = RawHttpClient.post("/order", gzip(ORDER), "Content-Encoding: " + coding);
      all.add(closing("compressed " + coding, request, 415));
    }
    all.add(
        closing(
            "compressed on the way",
            "POST /order HTTP/1.1\r\n" + HOST + "Transfer-Encoding: gzip, chunked\r\n\r\n",
            501));
  }

  private static void framing(List<BadRequest> all) {
    String both = chunk(ORDER) + "0\r\n\r\n";
    String chunked = "Transfer-Encoding: chunked";
    all.add(closing("chunked with length", RawHttpClient.post("/order", both, chunked), 400));
    all.add(closing("two lengths", RawHttpClient.post("/order", ORDER, "Content-Length: 3"), 400));
    all.add(
        closing("folded header", RawHttpClient.post("/order", ORDER, "X-A: 1", " zqxmark"), 400));
    all.add(
        closing(
            "folded length", RawHttpClient.post("/order", ORDER, "X-A: 1", "\tzqxmark: 2"), 400));
    all.add(closing("header without name", RawHttpClient.post("/order", ORDER, ": zqxmark"), 400));
    all.add(
        closing("header with space", RawHttpClient.post("/order", ORDER, "X-A : zqxmark"), 400));
    all.add(closing("header with CR", RawHttpClient.post("/order", ORDER, "X-A: zqx\rmark"), 400));
    all.add(
        closing("header with NUL", RawHttpClient.post("/order", ORDER, "X-A: zqx\u0000mark"), 400));
    all.add(
        closing(
            // RFC 6585, 5.
            "huge header", RawHttpClient.post("/order", ORDER, "X-A: " + "a".repeat(70_000)), 431));
    all.add(closing("expectation", RawHttpClient.post("/order", ORDER, "Expect: zqxmark"), 417));
    all.add(closing("no host", RawHttpClient.post("/order", ORDER).replace(HOST, ""), 400));
    all.add(closing("only LF", RawHttpClient.post("/order", ORDER).replace("\r\n", "\n"), 400));
  }

  private static void paths(List<BadRequest> all) {
    for (String method : List.of("GET", "DELETE", "HEAD", "ZQXMARK")) {
      if (!method.equals("HEAD")) {
        String request = RawHttpClient.get("/order").replace("GET", method);
        all.add(goingOn(method + " /order", request, 405));
      }
    }
    for (String method : List.of("PUT", "PATCH", "DELETE", "ZQXMARK")) {
      all.add(closing(method + " an order", RawHttpClient.request(method, "/order", ORDER), 405));
      all.add(
          closing(method + " by id", RawHttpClient.request(method, "/order/zqxmark", ORDER), 405));
    }
    all.add(closing("POST a list", RawHttpClient.post("/orders", ORDER), 405));
    all.add(closing("POST by id", RawHttpClient.post("/order/zqxmark", ORDER), 405));
    for (String path : List.of("/", "/Order", "/order/zqxmark/7", "//order", "/orders/../order")) {
      all.add(closing("POST " + path, RawHttpClient.post(path, ORDER), 404));
    }
    all.add(closing("POST *", RawHttpClient.post("*", ORDER), 400));
    all.add(closing("POST a broken escape", RawHttpClient.post("/order%zz", ORDER), 400));
    all.add(closing("endless path", "POST /" + "a".repeat(100_000), 414));
  }

  /** The order with spaces behind it. */
  static String padded(int length) {
    return ORDER + " ".repeat(length - ORDER.length());
  }

  static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  private static String extended(String value) {
    return ORDER.replace("}", ",\"x\":" + value + "}");
  }

  private static void body(List<BadRequest> all, String name, String body) {
    all.add(goingOn(name, RawHttpClient.post("/order", body), 400));
  }

  private static String gzip(String plain) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(plain.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }
}
