package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import orderflow.cli.Cli;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.http.HttpSettings;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.order.OrderService;
import orderflow.service.RunningService;
import orderflow.service.ServiceSettings;
import orderflow.testing.Certificates;
import orderflow.tls.TlsFiles;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** An order service with token and TLS, and clients with right and wrong ones. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecuredServicesTest {
  @TempDir static Path folder = Path.of("");

  private @Nullable EmbeddedBroker broker;
  private @Nullable RunningService good;
  private @Nullable RunningService expired;
  private @Nullable RunningService elsewhere;
  private @Nullable Path authority;

  @BeforeAll
  void start() throws Exception {
    var certificates = new Certificates(folder);
    authority = certificates.authority();
    broker = EmbeddedBroker.inMemory(0);
    good = service("good", certificates.valid("good"));
    expired = service("expired", certificates.expired("expired"));
    elsewhere = service("elsewhere", certificates.ofAnotherHost("elsewhere"));
  }

  @AfterAll
  void stop() {
    for (RunningService service : new RunningService[] {good, expired, elsewhere}) {
      if (service != null) {
        service.close();
      }
    }
    Objects.requireNonNull(broker).close();
  }

  private RunningService service(String name, Certificates.Pair own) throws Exception {
    var settings =
        HttpSettings.of("127.0.0.1", 0)
            .withToken("s3cret")
            .withTls(TlsFiles.ofServer(own.certificate(), own.key()).context());
    var its = Cli.plainContext();
    return OrderService.start(
        new ServiceSettings(
            new RabbitBroker(
                BrokerSettings.of(URI.create(Objects.requireNonNull(broker).uri()), name)),
            Files.createDirectory(folder.resolve("data-" + name)),
            settings,
            its.clock(),
            its.random()),
        1_000);
  }

  @Test
  void tokenAndCertificateGiveAccess() {
    Cli.Result result = place(good, "--token", "s3cret", "--tls-ca", ca());

    assertEquals(0, result.exit(), result.err());
    assertEquals("accepted", result.json().path("status").stringValue(""));
  }

  @Test
  void wrongTokenIsReported() {
    assertRefused(place(good, "--token", "guess", "--tls-ca", ca()), "refused the token");
  }

  @Test
  void missingTokenIsReported() {
    assertRefused(place(good, "--tls-ca", ca()), "requires a token; set it with --token");
  }

  @Test
  void emptyTokenMeansNoToken() {
    assertRefused(place(good, "--token", "", "--tls-ca", ca()), "requires a token");
  }

  @Test
  void unknownAuthorityIsReported() {
    assertRefused(
        place(good, "--token", "s3cret"), "give the authority's certificate with --tls-ca");
  }

  @Test
  void httpToATlsServiceIsReported() {
    URI https = Objects.requireNonNull(good).uri();
    String plain = https.toString().replaceFirst("https", "http");

    Cli.Result result = new Cli().run("place", "-o", "json", "--order-url", plain);

    assertRefused(result, "speaks TLS; use " + https);
  }

  @Test
  void httpsToAPlainServiceIsReported() {
    // the broker has no TLS either
    String https =
        Objects.requireNonNull(broker).uri().replaceFirst(".*@(.*:[0-9]+).*", "https://$1");

    assertRefused(
        new Cli().run("place", "-o", "json", "--order-url", https),
        "does not speak TLS; leave the s");
  }

  @Test
  void expiredCertificateIsReported() {
    assertRefused(
        place(expired, "--token", "s3cret", "--tls-ca", ca()), "has an expired certificate");
  }

  @Test
  void certificateOfAnotherHostIsReported() {
    assertRefused(place(elsewhere, "--token", "s3cret", "--tls-ca", ca()), "for another name");
  }

  @Test
  void insecureSkipsVerificationAndWarns() {
    for (RunningService service : new RunningService[] {good, expired, elsewhere}) {
      Cli.Result result = place(service, "--token", "s3cret", "--insecure");

      assertEquals(0, result.exit(), result.err());
      assertTrue(result.err().contains("--insecure"), result.err());
    }
  }

  @Test
  void statusShowsReadinessAndTheWrongToken() {
    Cli.Result result =
        new Cli()
            .run(
                "status",
                "--order-url",
                Objects.requireNonNull(good).uri().toString(),
                "--tls-ca",
                ca(),
                "--token",
                "guess");

    assertTrue(result.out().contains("refused the token"), result.out());
  }

  @Test
  void watchReportsTlsProblemsLikeStatus() {
    assertTrue(
        watched(expired).path("state").stringValue("").startsWith("has an expired certificate"));
    assertTrue(
        new Cli()
            .run("watch", "--once", "--order-url", uri(expired), "--tls-ca", ca())
            .out()
            .contains("has an expired certificate"));
  }

  @Test
  void watchReportsWhyMetricsAreMissing() {
    assertEquals("requires a token", whyClosed(watched(good)));
    assertEquals("refused the token", whyClosed(watched(good, "--token", "guess")));
    assertEquals(
        1, watched(good, "--token", "s3cret").path("state").stringValue("").split(" but ").length);
    assertTrue(
        new Cli()
            .run("watch", "--once", "--order-url", uri(good), "--tls-ca", ca(), "--token", "guess")
            .out()
            .contains("but it refused the token"));
  }

  private static String whyClosed(JsonNode service) {
    return service.path("state").stringValue("").replaceFirst(".*, but it ", "");
  }

  private JsonNode watched(@Nullable RunningService service, String... options) {
    return new Cli()
        .always(options)
        .run("watch", "--once", "-o", "json", "--order-url", uri(service), "--tls-ca", ca())
        .json()
        .path("services")
        .path(0);
  }

  @Test
  void floodWithAWrongTokenSendsNothing() {
    Cli.Result result =
        new Cli().run("flood", "--order-url", uri(good), "--tls-ca", ca(), "--token", "guess");

    assertRefused(result, "refused the token");
  }

  private static String uri(@Nullable RunningService service) {
    return Objects.requireNonNull(service).uri().toString();
  }

  private Cli.Result place(@Nullable RunningService service, String... options) {
    return new Cli()
        .always(options)
        .run(
            "place", "-o", "json", "--order-url", Objects.requireNonNull(service).uri().toString());
  }

  private String ca() {
    return Objects.requireNonNull(authority).toString();
  }

  private static void assertRefused(Cli.Result result, String why) {
    assertEquals(4, result.exit(), result.err());
    assertTrue(result.err().contains(why), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
    assertEquals("", result.out());
  }
}
