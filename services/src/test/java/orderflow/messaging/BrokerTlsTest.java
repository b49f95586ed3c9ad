package orderflow.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import orderflow.rabbit.FreePorts;
import orderflow.rabbit.PrivateRabbitNode;
import orderflow.rabbit.RabbitInstallation;
import orderflow.testing.Certificates;
import orderflow.testing.LogLines;
import orderflow.tls.TlsFiles;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code amqps} to a RabbitMQ that asks for a certificate of ours. */
@Tag("real-rabbit")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokerTlsTest {
  @TempDir static Path folder = Path.of("");

  private @Nullable Certificates certificates;
  private @Nullable PrivateRabbitNode good;
  private int goodPort;

  @BeforeAll
  void start() throws Exception {
    Optional<RabbitInstallation> found = RabbitInstallation.find(System.getenv());
    assumeTrue(
        found.isPresent() || "required".equals(System.getProperty("orderflow.real")),
        RabbitInstallation.NOT_FOUND);
    certificates = new Certificates(folder);
    goodPort = FreePorts.freeBlock(1);
    good = PrivateRabbitNode.create(found.orElseThrow());
    Certificates.Pair server = certificates.valid("server");
    Files.writeString(
        good.folder().resolve("rabbitmq.conf"),
        """
        listeners.ssl.1 = 127.0.0.1:%d
        ssl_options.cacertfile = %s
        ssl_options.certfile = %s
        ssl_options.keyfile = %s
        ssl_options.verify = verify_peer
        ssl_options.fail_if_no_peer_cert = true
        """
            .formatted(goodPort, certificates.authority(), server.certificate(), server.key()),
        StandardOpenOption.APPEND);
    good.start();
  }

  @AfterAll
  void stop() {
    if (good != null) {
      good.close();
    }
  }

  @Test
  void clientCertificateIsAccepted() {
    Certificates.Pair ours = certificates().valid("ours");

    broker(new TlsFiles(certificates().authority(), ours.certificate(), ours.key(), false))
        .declareTopology();
  }

  @Test
  void missingClientCertificateIsReported() {
    String refusal = refusal(new TlsFiles(certificates().authority(), null, null, false));

    assertTrue(refusal.contains("--tls-cert"), refusal);
  }

  @Test
  void untrustedAuthorityIsReported() {
    assertTrue(
        refusal(new TlsFiles(null, null, null, false))
            .contains("give the authority's certificate with --tls-ca"));
  }

  @Test
  void insecureSkipsAuthorityAndName() {
    Certificates.Pair ours = certificates().valid("careless");

    broker(new TlsFiles(null, ours.certificate(), ours.key(), true)).declareTopology();
  }

  @Test
  void amqpsOnPlainPortIsReported() {
    int plain = Objects.requireNonNull(good).port();
    var settings =
        BrokerSettings.of(URI.create("amqps://guest:guest@127.0.0.1:" + plain), "test")
            .withTls(new TlsFiles(null, null, null, true));

    String refusal = refusal(new RabbitBroker(settings));

    assertTrue(refusal.contains("does not speak TLS") || refusal.contains("failed"), refusal);
    assertEquals(1, refusal.lines().count());
  }

  @Test
  void amqpOnTlsPortIsReported() {
    try (var library = new LogLines("com.rabbitmq.client.impl.ForgivingExceptionHandler")) {
      var refused =
          assertThrows(
              MessagingException.class,
              new RabbitBroker(
                      BrokerSettings.of(
                          URI.create("amqp://guest:guest@127.0.0.1:" + goodPort), "test"))
                  ::declareTopology);

      assertTrue(refused.detail().endsWith("speaks TLS; use amqps://"), refused.detail());
      assertEquals(MessagingException.Kind.TLS_FAILED, refused.kind());
      assertEquals(List.of(), library.all());
    }
  }

  @Test
  void refusedClientCertificateIsReported() throws Exception {
    var strangers = new Certificates(Files.createDirectory(folder.resolve("strangers")));
    Certificates.Pair theirs = strangers.valid("theirs");

    String refusal =
        refusal(
            new TlsFiles(certificates().authority(), theirs.certificate(), theirs.key(), false));

    assertTrue(refusal.contains("refused the client certificate"), refusal);
    assertFalse(refusal.contains("requires a client certificate"), refusal);
  }

  @Test
  void missingVirtualHostIsReportedInOneLine() {
    Certificates.Pair ours = certificates().valid("lost");
    var files = new TlsFiles(certificates().authority(), ours.certificate(), ours.key(), false);
    try (var library = new LogLines("com.rabbitmq.client.impl.ForgivingExceptionHandler")) {
      String refusal =
          refusal(
              new RabbitBroker(
                  BrokerSettings.of(
                          URI.create("amqps://guest:guest@127.0.0.1:" + goodPort + "/nowhere"),
                          "test")
                      .withTls(files)));

      assertTrue(refusal.contains("nowhere"), refusal);
      assertFalse(refusal.contains("certificate"), refusal);
      assertEquals(List.of(), library.all());
    }
  }

  private RabbitBroker broker(TlsFiles files) {
    return new RabbitBroker(
        BrokerSettings.of(URI.create("amqps://guest:guest@127.0.0.1:" + goodPort), "test")
            .withTls(files));
  }

  private String refusal(TlsFiles files) {
    return refusal(broker(files));
  }

  private static String refusal(RabbitBroker broker) {
    return String.valueOf(
        assertThrows(MessagingException.class, broker::declareTopology).getMessage());
  }

  private Certificates certificates() {
    return Objects.requireNonNull(certificates);
  }
}
