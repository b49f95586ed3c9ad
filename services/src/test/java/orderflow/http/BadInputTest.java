package orderflow.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.stream.Stream;
import orderflow.testing.RawHttpClient;
import orderflow.testing.RawHttpClient.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each bad request gets its JSON error, and the next good request its response. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
  private static final String HOST = "Host: test\r\n";
  private static final String CHUNKED =
      "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String MARK = "zqxmark";
  private static final boolean CLOSES = true;
  private static final boolean GOES_ON = false;

  private final ServerFixture fixture = new ServerFixture(ServerFixture.withLongTimeouts());

  @BeforeAll
  void start() throws IOException {
    assertServes();
  }

  @AfterAll
  void close() {
    fixture.close();
  }

  static Stream<Arguments> badRequests() {
    return Stream.of(requestLines(), headers(), framing(), chunks(), bodies(), routing())
        .flatMap(s -> s);
  }

  private static Stream<Arguments> requestLines() {
    return Stream.of(
        row("no request line", "zqxmark\r\n\r\n", 400, CLOSES),
        row("bad method", "G{}T /zqxmark HTTP/1.1\r\n" + HOST + "\r\n", 400, CLOSES),
        // A request line of HTTP/0.9, which RFC 9112 no longer knows: RFC 9110, 15.6.6.
        row("two words", "GET /zqxmark\r\n" + HOST + "\r\n", 505, CLOSES),
        row("bare LF", "GET /zqxmark HTTP/1.1\nHost: test\n\n", 400, CLOSES),
        row("TLS handshake", "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n", 400, CLOSES),
        row("unknown path of HTTP/1.0", "GET /zqxmark HTTP/1.0\r\n\r\n", 404, CLOSES),
        row(
            "chunks of HTTP/1.0",
            "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            400,
            CLOSES),
        row("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, CLOSES),
        row("broken escape", RawHttpClient.get("/zqxmark%zz"), 400, CLOSES),
        row("cut escape", RawHttpClient.get("/items/%4"), 400, CLOSES),
        row("not UTF-8", RawHttpClient.get("/items/%ff%fezqxmark"), 400, GOES_ON),
        row("raw 8-bit path", RawHttpClient.get("/items/\u00e9zqxmark"), 400, GOES_ON),
        // No path can hold it, so the request line is not one: RFC 9112, 3.
        row("NUL in path", RawHttpClient.get("/items/%00zqxmark"), 400, CLOSES),
        row("CR LF in path", RawHttpClient.get("/items/%0d%0aSet-Cookie:zqxmark"), 400, GOES_ON),
        row("no such scheme", RawHttpClient.get("gopher://test/zqxmark"), 400, GOES_ON),
        row("fragment", RawHttpClient.get("/items/7#zqxmark"), 400, GOES_ON),
        row("TLS only", RawHttpClient.get("https://test/zqxmark"), 421, GOES_ON),
        row("user in target", RawHttpClient.get("http://zqxmark@test/health"), 400, GOES_ON),
        row("port out of range", RawHttpClient.get("http://test:99999/health"), 400, GOES_ON),
        row("empty host", RawHttpClient.get("http:///zqxmark"), 400, CLOSES),
        row("no authority", RawHttpClient.get("http:/zqxmark"), 400, CLOSES),
        row(
            "broken query of a path without parameters",
            RawHttpClient.get("/health?%zz"),
            400,
            GOES_ON),
        row("raw 8-bit query", RawHttpClient.get("/health?\u00e9"), 400, GOES_ON),
        // The framing is intact, so the connection may go on: RFC 9112, 9.3.
        row("broken query", RawHttpClient.get("/items/7?q=%zz"), 400, GOES_ON),
        row("repeated parameter", RawHttpClient.get("/items/7?q=1&q=zqxmark"), 400, GOES_ON),
        row("endless target", "GET /" + "a".repeat(100_000), 414, CLOSES));
  }

  private static Stream<Arguments> headers() {
    return Stream.of(
        row("no host", "GET /health HTTP/1.1\r\n\r\n", 400, CLOSES),
        row("bare IPv6 host", "GET /health HTTP/1.1\r\nHost: ::1\r\n\r\n", 400, CLOSES),
        row("two hosts", get("Host: zqxmark"), 400, CLOSES),
        row("no colon", get("zqxmark"), 400, CLOSES),
        row("folded", get("X-A: 1", " zqxmark"), 400, CLOSES),
        row("folded with colon", get("X-A: 1", "\tzqxmark: 2"), 400, CLOSES),
        row("space before colon", get("Content-Length : 3"), 400, CLOSES),
        // A field name has one character or more: RFC 9110, 5.6.2. What follows cannot be trusted.
        row("empty name", get(": zqxmark"), 400, CLOSES),
        row("NUL in value", get("X-A: zqx\u0000mark"), 400, CLOSES),
        row("bare CR in value", get("X-A: zqx\rmark"), 400, CLOSES),
        row("bare LF between", "GET /health HTTP/1.1\r\nHost: t\nX-A: 1\r\n\r\n", 400, CLOSES),
        // RFC 6585, 5.
        row("one huge header", get("X-A: " + "a".repeat(70_000)), 431, CLOSES),
        row("header flood", get("X-A: 1\r\n".repeat(20_000) + "X-A: 1"), 431, CLOSES),
        row("too many headers", get("X-A: 1\r\n".repeat(99) + "X-A: 1"), 431, CLOSES),
        // RFC 9110, 10.1.1 leaves open whether the connection goes on.
        row("unknown expectation", get("Expect: zqxmark"), 417, CLOSES),
        row(
            "unknown expectation of a body",
            RawHttpClient.post("/echo", "{}", "Expect: zqxmark"),
            417,
            CLOSES));
  }

  private static Stream<Arguments> framing() {
    return Stream.of(
        row("not a length", post("Content-Length: zqx"), 400, CLOSES),
        row("signed length", post("Content-Length: +3"), 400, CLOSES),
        row("negative length", post("Content-Length: -3"), 400, CLOSES),
        row("hex length", post("Content-Length: 0x3"), 400, CLOSES),
        row("empty length", post("Content-Length:"), 400, CLOSES),
        row("overflowing length", post("Content-Length: 99999999999999999999"), 400, CLOSES),
        row("two lengths", post("Content-Length: 3", "Content-Length: 4"), 400, CLOSES),
        row("listed lengths", post("Content-Length: 3, 4"), 400, CLOSES),
        row(
            "length and chunked",
            post("Content-Length: 3", "Transfer-Encoding: chunked"),
            400,
            CLOSES),
        row("unknown coding", post("Transfer-Encoding: zqxmark"), 400, CLOSES),
        row("hidden coding", post("Transfer-Encoding: \u000bchunked"), 400, CLOSES),
        row("chunked twice", post("Transfer-Encoding: chunked, chunked"), 400, CLOSES),
        row("compressed chunks", post("Transfer-Encoding: gzip, chunked"), 501, CLOSES),
        row("chunked first", post("Transfer-Encoding: chunked, identity"), 400, CLOSES));
  }

  private static Stream<Arguments> chunks() {
    return Stream.of(
        row("not a size", CHUNKED + "zqx\r\nabc\r\n0\r\n\r\n", 400, CLOSES),
        row("no size", CHUNKED + "\r\nabc\r\n0\r\n\r\n", 400, CLOSES),
        row("signed size", CHUNKED + "+3\r\nabc\r\n0\r\n\r\n", 400, CLOSES),
        row("negative size", CHUNKED + "-3\r\nabc\r\n0\r\n\r\n", 400, CLOSES),
        // Up to 15 digits are a size (RFC 9112, 7.1); what exceeds the limit gets 413 as it
        // arrives.
        row("overflowing size", CHUNKED + "f".repeat(17) + "\r\nabc\r\n0\r\n\r\n", 400, CLOSES),
        row("endless size", CHUNKED + "0".repeat(100_000), 400, CLOSES),
        row("LF after size", CHUNKED + "3\nabc\r\n0\r\n\r\n", 400, CLOSES),
        row("longer than its size", CHUNKED + "3\r\nabcd\r\n0\r\n\r\n", 400, CLOSES),
        row("no CR LF behind", CHUNKED + "3\r\nabc0\r\n\r\n", 400, CLOSES),
        row("other bytes behind", CHUNKED + "3\r\nabcXX0\r\n\r\n", 400, CLOSES),
        row("no trailer", CHUNKED + "3\r\nabc\r\n0\r\nzqxmark\r\n\r\n", 400, CLOSES),
        row("folded trailer", CHUNKED + "3\r\nabc\r\n0\r\nX: 1\r\n zqxmark\r\n\r\n", 400, CLOSES),
        // Bounded in bytes and in number, like headers: RFC 9110, 5.4.
        row("trailer flood", CHUNKED + "0\r\n" + "X-A: 1\r\n".repeat(20_000) + "\r\n", 400, CLOSES),
        // "a reasonable amount" is legal (RFC 9112, 7.1.1): here 8 times the largest body.
        row("endless extension", CHUNKED + "3;" + "a".repeat(1_000_000), 400, CLOSES),
        row("bare CR in extension", CHUNKED + "3;a\rb\r\nabc\r\n0\r\n\r\n", 400, CLOSES));
  }

  private static Stream<Arguments> bodies() {
    String over = "a".repeat(ServerFixture.MAX_BODY + 1);
    return Stream.of(
        row("declared too large", RawHttpClient.post("/echo", over), 413, CLOSES),
        row("declared far too large", post("Content-Length: 999999999999"), 413, CLOSES),
        row("one chunk too large", CHUNKED + "10001\r\n" + over, 413, CLOSES),
        row(
            "chunks too large",
            CHUNKED + ("4000\r\n" + "a".repeat(16_384) + "\r\n").repeat(5),
            413,
            CLOSES),
        row(
            "form",
            RawHttpClient.post("/echo", "a=1", "Content-Type: application/x-www-form-urlencoded"),
            415,
            CLOSES),
        row("text", RawHttpClient.post("/echo", "{}", "Content-Type: text/plain"), 415, CLOSES),
        row(
            "almost JSON",
            RawHttpClient.post("/echo", "{}", "Content-Type: application/jsonzqxmark"),
            415,
            CLOSES),
        row(
            "two types",
            RawHttpClient.post(
                "/echo", "{}", "Content-Type: application/json", "Content-Type: text/plain"),
            415,
            CLOSES),
        row("compressed", RawHttpClient.post("/echo", "{}", "Content-Encoding: gzip"), 415, CLOSES),
        row(
            "compressed twice",
            RawHttpClient.post("/echo", "{}", "Content-Encoding: identity, gzip"),
            415,
            CLOSES));
  }

  private static Stream<Arguments> routing() {
    return Stream.of(
        row("unknown path", RawHttpClient.get("/zqxmark"), 404, GOES_ON),
        row("unknown path with body", RawHttpClient.post("/zqxmark", "{}"), 404, CLOSES),
        row("parent path", RawHttpClient.get("/items/../health"), 404, GOES_ON),
        row("doubled slash", RawHttpClient.get("//health"), 404, GOES_ON),
        row("wrong method", RawHttpClient.get("/echo"), 405, GOES_ON),
        row("wrong method with body", RawHttpClient.post("/items", "{}"), 405, CLOSES),
        row("unknown method", "ZQXMARK /items HTTP/1.1\r\n" + HOST + "\r\n", 405, GOES_ON),
        row("tunnel", "CONNECT test:443 HTTP/1.1\r\n" + HOST + "\r\n", 400, GOES_ON));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badRequests")
  void badRequestGetsItsErrorAndTheServerGoesOn(
      String name, String request, int status, boolean closes) throws IOException {
    try (RawHttpClient wire = new RawHttpClient(fixture.port())) {
      Reply reply = wire.send(request).read();
      assertEquals(status, reply.status(), reply.body());
      assertEquals("application/json", reply.header("content-type"));
      assertTrue(
          reply.body().matches("\\{\"error\":\\{\"code\":\"[a-z_]+\",\"message\":\"[^\"]+\"}}"),
          reply.body());
      assertFalse(reply.toString().toLowerCase(java.util.Locale.ROOT).contains(MARK));
      if (closes) {
        assertEquals("close", reply.header("connection"));
        assertTrue(wire.isClosedByServer());
      } else {
        assertEquals(200, wire.send(RawHttpClient.get("/health")).read().status());
      }
    }
    assertServes();
  }

  @Test
  void wrongMethodGets405WithAllow() throws IOException {
    assertEquals(
        "OPTIONS, POST",
        RawHttpClient.once(fixture.port(), RawHttpClient.get("/echo")).header("allow"));
    assertEquals(
        "GET, HEAD, OPTIONS",
        RawHttpClient.once(fixture.port(), RawHttpClient.post("/health", "{}")).header("allow"));
  }

  @Test
  void truncatedRequestGets400() throws IOException {
    for (String cut :
        new String[] {
          "GET /health HTTP/1.1\r\nHost: te",
          "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\nabc",
          CHUNKED + "5\r\nabc"
        }) {
      try (RawHttpClient wire = new RawHttpClient(fixture.port())) {
        assertEquals(400, wire.send(cut).halfClose().read().status(), cut);
        assertTrue(wire.isClosedByServer());
      }
      assertServes();
    }
  }

  @Test
  void bytesBehindTheContentLengthAreNotARequest() throws IOException {
    try (RawHttpClient wire = new RawHttpClient(fixture.port())) {
      wire.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\nabcd\r\n\r\n");
      assertEquals("ab", wire.read().body());
      assertEquals(400, wire.read().status());
      assertTrue(wire.isClosedByServer());
    }
    assertServes();
  }

  @Test
  void clientThatStillSendsCanReadTheError() throws IOException {
    String body = "a".repeat(4 * 1024 * 1024);
    assertEquals(
        413, RawHttpClient.once(fixture.port(), RawHttpClient.post("/echo", body)).status());
    assertServes();
  }

  @Test
  void hundredHeaderFieldsAreAccepted() throws IOException {
    assertEquals(
        200, RawHttpClient.once(fixture.port(), get("X-A: 1\r\n".repeat(98) + "X-A: 1")).status());
  }

  @Test
  void largestBodyIsAccepted() throws IOException {
    String body = "a".repeat(ServerFixture.MAX_BODY);
    assertEquals(
        body, RawHttpClient.once(fixture.port(), RawHttpClient.post("/echo", body)).body());
    assertEquals(
        body,
        RawHttpClient.once(fixture.port(), CHUNKED + "10000\r\n" + body + "\r\n0\r\n\r\n").body());
  }

  @Test
  void jsonContentTypesAreAccepted() throws IOException {
    for (String header :
        new String[] {
          "X-None: 1",
          "Content-Type: application/json",
          "content-type: Application/JSON ; charset=utf-8",
          "Content-Encoding: identity"
        }) {
      assertEquals(
          200,
          RawHttpClient.once(fixture.port(), RawHttpClient.post("/echo", "{}", header)).status(),
          header);
    }
  }

  private void assertServes() throws IOException {
    assertEquals(
        "{}", RawHttpClient.once(fixture.port(), RawHttpClient.post("/echo", "{}")).body());
  }

  private static Arguments row(String name, String request, int status, boolean closes) {
    return Arguments.of(name, request, status, closes);
  }

  private static String get(String... headers) {
    return "GET /health HTTP/1.1\r\n" + HOST + RawHttpClient.lines(headers) + "\r\n";
  }

  private static String post(String... headers) {
    return "POST /echo HTTP/1.1\r\n" + HOST + RawHttpClient.lines(headers) + "\r\nabc";
  }
}
