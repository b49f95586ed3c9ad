package orderflow.badinput;

import static java.util.Objects.requireNonNull;
import static orderflow.badinput.BadRequest.utf8;
import static orderflow.badinput.RefusalMessages.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import orderflow.testing.RawHttpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad ids and bad page parameters at everything that can be read from the three services. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadInputTest {
  private static final List<String> LISTS =
      List.of("/orders", "/stock", "/reservations", "/notifications");
  private static final List<String> ITEMS =
      List.of("/order/", "/stock/", "/reservations/", "/notifications/");

  private static final List<String> BAD_IDS =
      List.of(
          "",
          "a%20b",
          "zqxmark%20",
          "zqxmark%0d%0aSet-Cookie:%20a=b",
          "zqxmark%0aINFO%20forged",
          "zqxmark%1b%5B2J",
          "zqxmark%7f",
          "zqxmark%c2%85",
          "zqxmark%E2%80%AE",
          "zqxmark%EF%BB%BF",
          "%ff%fezqxmark",
          "%c0%afzqxmark",
          "%ed%a0%80zqxmark",
          utf8("zqxmark\u00e9"),
          "zqxmark%D9%A1",
          "zqxm%D0%B0rk",
          "zqxmark%F0%9F%98%80",
          "zqxmark;a=b",
          "zqxmark,b",
          "zqxmark%2f..%2f..%2fetc",
          "%2e%2e%2fzqxmark",
          "zqxmark'%20OR%201=1--",
          "%3Cscript%3Ezqxmark",
          "x".repeat(129));

  private static final List<String> BAD_PAGES =
      List.of(
          "limit=",
          "limit=0",
          "limit=-1",
          "limit=1001",
          "limit=1.0",
          "limit=1e2",
          "limit=%2010",
          "limit=10%00",
          "limit=0x10",
          "limit=%D9%A1",
          "limit=99999999999999999999",
          "limit=zqxmark",
          "limit=10&limit=10",
          "limit=%ff",
          "limit=%zz",
          "after=zqxmark%0d%0a",
          "after=zqxmark%00",
          "after=zqxmark%1b%5B2J",
          "after=%ed%a0%80",
          "after=%ff",
          "after=a&after=zqxmark",
          "after=" + "x".repeat(257),
          "%ff=zqxmark");

  private final LogCapture log = new LogCapture();

  @SuppressWarnings("NullAway.Init") // before all tests
  private Map<String, ServiceUnderTest> services;

  @BeforeAll
  void start(@TempDir Path folder) {
    ServiceUnderTest order = ServiceUnderTest.order(ServiceUnderTest.noBroker(), folder);
    ServiceUnderTest inventory = ServiceUnderTest.inventory(ServiceUnderTest.noBroker(), folder);
    ServiceUnderTest notification =
        ServiceUnderTest.notification(ServiceUnderTest.noBroker(), folder);
    services =
        Map.of(
            "/order", order,
            "/orders", order,
            "/stock", inventory,
            "/reservations", inventory,
            "/notifications", notification);
  }

  @AfterAll
  void stop() {
    services.values().forEach(ServiceUnderTest::close);
    log.close();
  }

  @AfterEach
  void clientsCannotForgeLogLines() {
    log.requireClean(BadMessages.MARK);
  }

  static Stream<Arguments> badReads() {
    return Stream.concat(
        ITEMS.stream().flatMap(path -> BAD_IDS.stream().map(id -> Arguments.of(path + id))),
        LISTS.stream()
            .flatMap(path -> BAD_PAGES.stream().map(page -> Arguments.of(path + "?" + page))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badReads")
  void badInputIsRefusedAndTheNextRequestAnswered(String target) throws IOException {
    ServiceUnderTest service = serviceOf(target);
    try (RawHttpClient client = new RawHttpClient(service.port())) {
      assertRefused(400, client.send(RawHttpClient.get(target)).read());
      assertEquals(200, client.send(RawHttpClient.get("/health")).read().status());
    }
  }

  @Test
  void invalidPathClosesTheConnectionOnly() throws IOException {
    for (String target :
        List.of("/order/%zz", "/stock/%4", "/order/zqxmark%00", "/reservations/zqxmark%00")) {
      try (RawHttpClient client = new RawHttpClient(serviceOf(target).port())) {
        assertRefused(400, client.send(RawHttpClient.get(target)).read());
        assertTrue(client.isClosedByServer());
      }
      assertEquals(200, serviceOf(target).get("/health").status());
    }
  }

  @Test
  void unknownKeyIsAPositionInTheList() throws IOException {
    for (String list : LISTS) {
      for (String after : List.of("", "%20", "zqxmark'--", "%E2%80%AE", "x".repeat(256))) {
        String body = serviceOf(list).get(list + "?limit=1000&after=" + after).body();
        assertEquals("{\"" + list.substring(1) + "\":[],\"next\":null}", body);
      }
    }
  }

  @Test
  void unknownIdIsNotFound() throws IOException {
    for (String path : List.of("/order/", "/reservations/", "/notifications/")) {
      for (String id : List.of("zqxmark", "...", "a:b", "x".repeat(128))) {
        assertRefused(404, serviceOf(path).get(path + id));
      }
      for (String id : List.of(".", "..")) {
        assertRefused(400, serviceOf(path).get(path + id));
      }
    }
  }

  @Test
  void readOnlyPathsRefuseOtherMethods() throws IOException {
    for (String path : List.of("/orders", "/stock", "/reservations", "/notifications", "/health")) {
      for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
        int port = path.equals("/health") ? serviceOf("/orders").port() : serviceOf(path).port();
        var reply = RawHttpClient.once(port, RawHttpClient.request(method, path, "{}"));
        assertRefused(405, reply);
        assertEquals("GET, HEAD, OPTIONS", reply.header("allow"));
      }
    }
  }

  private ServiceUnderTest serviceOf(String target) {
    String first = target.split("[/?]", -1)[1];
    return requireNonNull(services.get("/" + first));
  }
}
