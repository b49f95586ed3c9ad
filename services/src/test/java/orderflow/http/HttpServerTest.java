package orderflow.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import orderflow.testing.RawHttpClient;
import orderflow.testing.RawHttpClient.Reply;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerTest {
  private final ServerFixture fixture = new ServerFixture(ServerFixture.withLongTimeouts());
  private final int port = fixture.port();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void healthIsIndependentOfTheChecks() throws IOException {
    fixture.health.down("broker", "no route to host");
    for (String path : new String[] {"/health", "/health/live"}) {
      Reply reply = RawHttpClient.once(port, RawHttpClient.get(path));
      assertEquals(200, reply.status());
      assertEquals("{\"status\":\"ok\"}", reply.body());
      assertEquals("application/json", reply.header("content-type"));
    }
  }

  @Test
  void readinessFollowsTheChecks() throws IOException {
    fixture.health.down("broker", "cannot reach the broker");
    fixture.health.up("store");
    Reply notReady = RawHttpClient.once(port, RawHttpClient.get("/health/ready"));
    assertEquals(503, notReady.status());
    assertEquals(
        "{\"status\":\"not_ready\",\"checks\":{\"broker\":\"cannot reach the"
            + " broker\",\"store\":\"up\"}}",
        notReady.body());
    fixture.health.up("broker");
    Reply ready = RawHttpClient.once(port, RawHttpClient.get("/health/ready"));
    assertEquals(200, ready.status());
    assertEquals(
        "{\"status\":\"ready\",\"checks\":{\"broker\":\"up\",\"store\":\"up\"}}", ready.body());
  }

  @Test
  void metricsNameOnlyRoutePatterns() throws IOException {
    RawHttpClient.once(port, RawHttpClient.get("/items/7"));
    RawHttpClient.once(port, RawHttpClient.get("/items/8"));
    RawHttpClient.once(port, RawHttpClient.get("/no/such/path"));
    RawHttpClient.once(port, RawHttpClient.get("/items/7").replace("GET", "BREW"));
    Reply reply = RawHttpClient.once(port, RawHttpClient.get("/metrics"));
    assertEquals("text/plain; version=0.0.4; charset=utf-8", reply.header("content-type"));
    String metrics = reply.body();
    assertTrue(
        metrics.contains(
            "http_server_requests_seconds_count{method=\"GET\",status=\"200\",uri=\"/items/{id}\"}"
                + " 2"),
        metrics);
    assertFalse(metrics.contains("/no/such/path") || metrics.contains("BREW"), metrics);
  }

  @Test
  void pathAndQueryAreDecoded() throws IOException {
    Reply reply =
        RawHttpClient.once(port, RawHttpClient.get("/items/a%2Fb%20%C3%A9?x=1&q=1%2B1+%3D2"));
    assertEquals(200, reply.status());
    assertEquals(
        "{\"id\":\"a/b é\",\"q\":\"1+1 =2\"}",
        new String(reply.body().getBytes(ISO_8859_1), UTF_8));
  }

  @Test
  void literalSegmentsMayBeEscaped() throws IOException {
    assertEquals(200, RawHttpClient.once(port, RawHttpClient.get("/%69tems")).status());
    assertEquals(404, RawHttpClient.once(port, RawHttpClient.get("/health%2Flive")).status());
  }

  @Test
  void absoluteTargetIsAccepted() throws IOException {
    assertEquals(
        200, RawHttpClient.once(port, RawHttpClient.get("http://other:80/items/7")).status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"[::1]:8080", "[::1]", "test:8080", "127.0.0.1", "a-b.example"})
  void hostMayBeANameOrAnAddress(String host) throws IOException {
    String request = "GET /health HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    assertEquals(200, RawHttpClient.once(port, request).status());
  }

  /** RFC 9110, 7.8 and 10.1.1. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Upgrade: websocket\r\n",
        "Expect: 100-continue\r\n",
        "Expect: 100-continue\r\nContent-Length: 0\r\n"
      })
  void fieldsWithoutEffectDoNotEndTheConnection(String field) throws IOException {
    String request = "GET /items/7 HTTP/1.1\r\nHost: test\r\n" + field + "\r\n";
    try (RawHttpClient wire = new RawHttpClient(port)) {
      for (int i = 0; i < 2; i++) {
        Reply reply = wire.send(request).read();
        assertEquals(200, reply.status());
        assertEquals("", reply.header("connection"));
      }
    }
  }

  @Test
  void headHasNoBody() throws IOException {
    try (RawHttpClient wire = new RawHttpClient(port)) {
      Reply head = wire.send(RawHttpClient.get("/items/7").replace("GET", "HEAD")).readHead();
      assertEquals(200, head.status());
      assertEquals("10", head.header("content-length"));
      assertEquals("{\"id\":\"7\"}", wire.send(RawHttpClient.get("/items/7")).read().body());
    }
  }

  @Test
  void optionsListsTheMethodsOfAPath() throws IOException {
    Reply reply = RawHttpClient.once(port, RawHttpClient.get("/items/7").replace("GET", "OPTIONS"));
    assertEquals(200, reply.status());
    assertEquals("GET, HEAD, OPTIONS", reply.header("allow"));
  }

  @Test
  void optionsOfTheServerListsAllMethods() throws IOException {
    try (RawHttpClient wire = new RawHttpClient(port)) {
      Reply reply = wire.send(RawHttpClient.get("*").replace("GET", "OPTIONS")).read();
      assertEquals(200, reply.status());
      assertEquals("GET, HEAD, OPTIONS, POST, PUT", reply.header("allow"));
      assertEquals(200, wire.send(RawHttpClient.get("/health")).read().status());
    }
    assertEquals(400, RawHttpClient.once(port, RawHttpClient.get("*")).status());
  }

  /** As nginx speaks to what is behind it, and load balancers when they look whether it lives. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /items/7 HTTP/1.0\r\n\r\n",
        "GET /items/7 HTTP/1.0\r\nHost: test\r\nConnection: keep-alive\r\n\r\n",
        "GET http://test/items/7 HTTP/1.0\r\nUser-Agent: x\r\n\r\n",
      })
  void http10IsAnsweredOnceAndClosed(String request) throws IOException {
    for (int cut : new int[] {request.length(), 3, 20, request.length() - 1}) {
      try (RawHttpClient wire = new RawHttpClient(port)) {
        wire.send(request.substring(0, cut)).send(request.substring(cut));
        Reply reply = wire.read();
        assertEquals(200, reply.status(), reply.body());
        assertEquals("{\"id\":\"7\"}", reply.body());
        assertEquals("close", reply.header("connection"));
        assertTrue(wire.isClosedByServer());
      }
    }
  }

  @Test
  void http10BodyIsReadWithout100Continue() throws IOException {
    try (RawHttpClient wire = new RawHttpClient(port)) {
      Reply reply =
          wire.send("POST /echo HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n{}")
              .read();
      assertEquals(200, reply.status());
      assertEquals("{}", reply.body());
      assertTrue(wire.isClosedByServer());
    }
  }

  @Test
  void headOfAnErrorHasNoBody() throws IOException {
    for (String version : new String[] {"1.0", "1.1"}) {
      try (RawHttpClient wire = new RawHttpClient(port)) {
        String head = " HTTP/" + version + "\r\nHost: test\r\nConnection: close\r\n\r\n";
        assertEquals(404, wire.send("HEAD /none" + head).readHead().status());
        assertTrue(wire.isClosedByServer());
      }
    }
  }

  /** RFC 9112, 7.1: a recipient ignores what it does not know of them. */
  @Test
  void chunkExtensionsAndTrailersAreIgnored() throws IOException {
    try (RawHttpClient wire = new RawHttpClient(port)) {
      for (String chunks :
          new String[] {
            "3;a=b\r\ntwo\r\n2;x;y=\"z \\\" \"\r\n++\r\n0;last\r\n\r\n",
            "3 ; a\r\ntwo\r\n2\r\n++\r\n000\r\nX-Sum: 1\r\nContent-Length: 9\r\nE:\r\n\r\n"
          }) {
        assertEquals(
            "two++", wire.send(RawHttpClient.chunked("/echo", chunks)).read().body(), chunks);
      }
      assertEquals(200, wire.send(RawHttpClient.get("/health")).read().status());
    }
  }

  @Test
  void pagesEndWithoutNextKey() throws IOException {
    assertTrue(
        RawHttpClient.once(port, RawHttpClient.get("/items"))
            .body()
            .endsWith("],\"next\":\"100\"}"));
    Reply last = RawHttpClient.once(port, RawHttpClient.get("/items?after=247&limit=3"));
    assertEquals(
        "{\"items\":[{\"id\":\"248\"},{\"id\":\"249\"},{\"id\":\"250\"}],\"next\":null}",
        last.body());
    for (String limit : new String[] {"0", "1001", "-1", "1e2", "", "99999999999999999999"}) {
      Reply reply = RawHttpClient.once(port, RawHttpClient.get("/items?limit=" + limit));
      assertEquals(400, reply.status(), limit);
      assertTrue(reply.body().contains("\"invalid_limit\""), limit);
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws IOException {
    try (RawHttpClient wire = new RawHttpClient(port)) {
      wire.send(
          RawHttpClient.post("/echo", "one")
              + RawHttpClient.get("/health")
              + "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "3\r\ntwo\r\n2\r\n++\r\n0\r\n\r\n"
              + RawHttpClient.post("/echo", "three"));
      assertEquals("one", wire.read().body());
      assertEquals("{\"status\":\"ok\"}", wire.read().body());
      assertEquals("two++", wire.read().body());
      assertEquals("three", wire.read().body());
    }
  }

  @Test
  void bodyMayWaitFor100Continue() throws IOException {
    try (RawHttpClient wire = new RawHttpClient(port)) {
      wire.send(
          "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
      assertEquals(100, wire.readHead().status());
      assertEquals("late", wire.send("late").read().body());
      assertEquals(200, wire.send(RawHttpClient.get("/health")).read().status());
    }
  }

  @Test
  void jdkClientKeepsItsConnection() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; i < 20; i++) {
        HttpResponse<String> response =
            client.send(
                HttpRequest.newBuilder(fixture.server.uri().resolve("/echo"))
                    .header("Content-Type", "application/json; charset=utf-8")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"n\":" + i + "}"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals("{\"n\":" + i + "}", response.body());
      }
      Poll.until(() -> fixture.connections() == 1);
    }
  }

  @Test
  void connectionCloseEndsTheConnection() throws IOException {
    try (RawHttpClient wire = new RawHttpClient(port)) {
      Reply reply = wire.send(RawHttpClient.post("/echo", "x", "Connection: close")).read();
      assertEquals("close", reply.header("connection"));
      assertTrue(wire.isClosedByServer());
    }
  }

  @Test
  void unexpectedExceptionGets500WithoutItsText() throws IOException {
    for (String path : new String[] {"/broken", "/deep", "/error"}) {
      Reply reply = RawHttpClient.once(port, RawHttpClient.get(path));
      assertEquals(500, reply.status());
      assertTrue(reply.body().startsWith("{\"error\":{\"code\":\"internal\""), reply.body());
      assertFalse(reply.body().contains("hunter2") || reply.body().contains("Exception"));
    }
    assertEquals(200, RawHttpClient.once(port, RawHttpClient.get("/health")).status());
  }

  @Test
  void problemKeepsItsHeaders() throws IOException {
    Reply reply = RawHttpClient.once(port, RawHttpClient.get("/busy"));
    assertEquals(503, reply.status());
    assertEquals("2", reply.header("retry-after"));
    assertEquals("{\"error\":{\"code\":\"queue_full\",\"message\":\"try again\"}}", reply.body());
  }

  @Test
  void responseRefusesForgedHeader() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Response(200, new byte[0], Map.of("X-Id", "1\r\nSet-Cookie: a=b")));
    assertThrows(
        IllegalArgumentException.class,
        () -> new HttpProblem(400, "x", "y", Map.of("X: y\r\nZ", "1")).response());
  }

  @ParameterizedTest
  @CsvSource({
    "/items/7, Bearer s3cret, 200",
    "/items/7, Bearer s3cre, 401",
    "/items/7, Basic s3cret, 401",
    "/items/7, , 401",
    "/metrics, , 401",
    "/none, , 401",
    "/health/ready, , 200"
  })
  void tokenIsRequiredExceptForHealth(String path, @Nullable String authorization, int status)
      throws IOException {
    try (ServerFixture guarded =
        new ServerFixture(ServerFixture.withLongTimeouts().withToken("s3cret"))) {
      String header = authorization == null ? "" : "Authorization: " + authorization + "\r\n";
      String request = "GET " + path + " HTTP/1.1\r\nHost: test\r\n" + header + "\r\n";
      assertEquals(status, RawHttpClient.once(guarded.port(), request).status());
    }
  }

  @Test
  void portInUseIsReportedInOneLine() {
    PortInUseException e =
        assertThrows(
            PortInUseException.class,
            () -> new ServerFixture(HttpSettings.of("127.0.0.1", port)).close());
    assertEquals(
        "port "
            + port
            + " on 127.0.0.1 is in use by another program: stop it or choose another port",
        e.getMessage());
    assertThrows(
        UncheckedIOException.class,
        () -> new ServerFixture(HttpSettings.of("host.invalid", 0)).close());
  }

  @Test
  void uriIsTheListeningAddress() {
    assertEquals(URI.create("http://127.0.0.1:" + port), fixture.server.uri());
  }
}
