package orderflow.cli.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import orderflow.cli.Cli;
import orderflow.cli.Cli.Result;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.QueueProperties;
import orderflow.messaging.RabbitBroker;
import orderflow.rabbit.PrivateRabbitNode;
import orderflow.rabbit.RabbitInstallation;
import orderflow.testing.AmqpConnection;
import orderflow.testing.Await;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Behaviour that only a real RabbitMQ has. */
@Timeout(120)
class RabbitQueuesTest {
  private static @Nullable PrivateRabbitNode node;
  private static RabbitBroker broker;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    var installation = RabbitInstallation.find(System.getenv());
    if (installation.isEmpty()) {
      assertFalse(
          System.getProperty("orderflow.real", "").equals("required"),
          RabbitInstallation.NOT_FOUND);
      Assumptions.abort(RabbitInstallation.NOT_FOUND);
    }
    node = PrivateRabbitNode.create(installation.get());
    node.start();
    broker = new RabbitBroker(BrokerSettings.of(URI.create(node.uri()), "test"));
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  private static String uri() {
    return java.util.Objects.requireNonNull(node).uri();
  }

  private static void declare(String queue, boolean durable, Map<String, Object> arguments)
      throws Exception {
    declare(queue, durable, false, arguments);
  }

  private static void declare(
      String queue, boolean durable, boolean autoDelete, Map<String, Object> arguments)
      throws Exception {
    try (Connection connection = AmqpConnection.open(uri());
        Channel channel = connection.createChannel()) {
      channel.queueDeclare(queue, durable, false, autoDelete, arguments);
    }
  }

  @Test
  void queuePropertiesAreFound() throws Exception {
    declare("plain", true, Map.of());
    declare("limited", true, Map.of("x-queue-type", "quorum", "x-delivery-limit", 5));
    declare(
        "odd",
        true,
        Map.of("x-message-ttl", 60_000, "x-max-length", 10, "x-overflow", "drop-head"));
    declare("stream", true, Map.of("x-queue-type", "stream"));
    declare("fleeting", false, true, Map.of());
    try (QueueBrowser browser = broker.openBrowser()) {
      assertEquals(
          new QueueProperties(true, true, false, Map.of()), browser.queueProperties("plain"));
      QueueProperties limited = browser.queueProperties("limited");
      assertEquals("quorum", limited.type());
      assertEquals(OptionalLong.of(5), limited.deliveryLimit());
      assertEquals(
          Map.of("x-message-ttl", 60_000L, "x-max-length", 10L, "x-overflow", "drop-head"),
          browser.queueProperties("odd").arguments());
      assertEquals("stream", browser.queueProperties("stream").type());
      assertEquals(
          new QueueProperties(true, false, true, Map.of()), browser.queueProperties("fleeting"));
      assertTrue(browser.depth("plain").isPresent(), "the browser is of use still");
    }
  }

  @Test
  void browsingAQuorumQueueNeedsForce() throws Exception {
    declare("fragile_dlq", true, Map.of("x-queue-type", "quorum", "x-delivery-limit", 5));
    Result result = cli().run("dlq-inspect", "--queue", "fragile_dlq");

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("delivery limit of 5"), result.err());
    assertEquals(0, cli().run("dlq-inspect", "--queue", "fragile_dlq", "--force").exit());
  }

  @Test
  void forcedBrowseCountsOnlyShownMessages() throws Exception {
    declare("worn_dlq", true, Map.of("x-queue-type", "quorum", "x-delivery-limit", 1));
    try (Connection connection = AmqpConnection.open(uri());
        Channel channel = connection.createChannel()) {
      channel.confirmSelect();
      for (int n = 0; n < 5; n++) {
        channel.basicPublish("", "worn_dlq", null, new byte[] {(byte) n});
      }
      channel.waitForConfirmsOrDie(10_000);
      for (int n = 0; n < 3; n++) {
        cli().run("dlq-inspect", "--queue", "worn_dlq", "--force", "--limit", "1");
      }
      Await.until(
          "those behind it", Duration.ofSeconds(10), () -> channel.messageCount("worn_dlq") >= 3);
    }
  }

  /** AMQP does not show policies, and the smaller limit applies. */
  @Test
  void noCommandBrowsesAQuorumQueueByItself() throws Exception {
    var running = java.util.Objects.requireNonNull(node);
    String vhost = "policed";
    running.ctl("add_vhost", vhost);
    running.ctl("set_permissions", "-p", vhost, "guest", ".*", ".*", ".*");
    running.ctl("set_policy", "-p", vhost, "dl", "_dlq$", "{\"delivery-limit\":1}");
    Cli cli =
        new Cli()
            .with("ORDERFLOW_AMQP_URI", uri() + "/" + vhost)
            .with("ORDERFLOW_QUEUE_TYPE", "quorum");
    assertEquals(0, cli.run("topology", "declare").exit());
    try (Connection connection = AmqpConnection.open(uri() + "/" + vhost);
        Channel channel = connection.createChannel()) {
      channel.confirmSelect();
      channel.basicPublish("", "order_placed_dlq", null, "{\"order_id\":\"o\"}".getBytes(UTF_8));
      channel.waitForConfirmsOrDie(10_000);
      for (int n = 0; n < 3; n++) {
        for (String[] command :
            new String[][] {
              {"dlq-inspect"},
              {"dlq-inspect", "--group"},
              {"dlq-export"},
              {"dlq-purge", "--reason", "other", "--dry-run"},
              {"dlq-replay", "--dry-run"},
              {"poison"}
            }) {
          Result result = cli.run(command);
          assertEquals(2, result.exit(), String.join(" ", command));
          assertTrue(result.err().contains("is a quorum queue"), result.err());
        }
        assertTrue(cli.run("trace", "o").err().contains("was not read"));
        cli.run("status");
      }
      assertEquals(1, channel.messageCount("order_placed_dlq"));
      assertTrue(cli.run("dlq-inspect", "--force").out().contains("1 dead letter"));
    }
  }

  /** A user with these rights only, in a virtual host of its own where all is declared. */
  private static String limited(String vhost, String configure, String write, String read)
      throws Exception {
    var running = java.util.Objects.requireNonNull(node);
    running.ctl("add_vhost", vhost);
    running.ctl("set_permissions", "-p", vhost, "guest", ".*", ".*", ".*");
    var own = new Cli().with("ORDERFLOW_AMQP_URI", uri() + "/" + vhost);
    assertEquals(0, own.run("topology", "declare").exit());
    running.ctl("add_user", vhost, "secret");
    running.ctl("set_permissions", "-p", vhost, vhost, configure, write, read);
    URI all = URI.create(uri());
    return "amqp://%s:secret@%s:%d/%s".formatted(vhost, all.getHost(), all.getPort(), vhost);
  }

  @Test
  void failedDeclarationIsNamed() throws Exception {
    Cli cli = new Cli().with("ORDERFLOW_AMQP_URI", limited("barred", "^$", "^$", "^$"));
    Result declared = cli.run("topology", "declare", "-o", "json");

    assertEquals(3, declared.exit(), declared.err());
    assertTrue(declared.err().contains("unchanged: exchange order_events, "), declared.err());
    assertTrue(
        declared.err().contains("may be missing: binding of order_placed to order_events"),
        declared.err());
    assertFalse(declared.err().contains("declared on"), declared.err());
    assertTrue(declared.out().startsWith("["), declared.out());
  }

  @Test
  void statusWorksForAUserWhoMayNotDeclare() throws Exception {
    Cli cli = new Cli().with("ORDERFLOW_AMQP_URI", limited("watching", "^$", "^$", ".*"));
    Result status = cli.run("status");

    assertFalse(status.out().contains("ACCESS_REFUSED"), status.out());
    assertTrue(status.out().contains("order_outcome_dlq"), status.out());
    assertFalse(status.out().contains("all exist with the right type"), status.out());
    assertTrue(
        status
            .out()
            .contains(
                "not allowed to check the type of order_events and inventory_events: user"
                    + " 'watching' lacks the configure permission"),
        status.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"poison", "poison --kind all", "replay-duplicate --copies 3"})
  void forbiddenPublishReportsThatNothingWasPublished(String command) throws Exception {
    String vhost = "unwritten" + command.length();
    Cli cli =
        new Cli()
            .with("ORDERFLOW_AMQP_URI", limited(vhost, ".*", "^amq[.]gen-.*", ".*"))
            .with("ORDERFLOW_INVENTORY_URL", "http://127.0.0.1:1");
    Result refused = cli.run(command.split(" "));

    assertEquals(3, refused.exit(), refused.err());
    assertTrue(refused.err().contains("ACCESS_REFUSED"), refused.err());
    assertTrue(refused.err().contains("; nothing was published"), refused.err());
  }

  @Test
  void messagesRefusedByAFullQueueAreNotCounted() throws Exception {
    var cli = new Cli().with("ORDERFLOW_AMQP_URI", limited("full", ".*", ".*", ".*"));
    java.util.Objects.requireNonNull(node)
        .ctl(
            "set_policy",
            "-p",
            "full",
            "full",
            "^order_placed$",
            "{\"max-length\":1,\"overflow\":\"reject-publish\"}");
    Result some = cli.run("poison", "--kind", "all");
    assertEquals(3, some.exit(), some.err());
    assertTrue(
        some.err().contains("1 of 10 messages were published and confirmed, the broker refused 9"),
        some.err());
    assertFalse(some.err().contains("may have arrived"), some.err());
    Result none = cli.run("poison");
    assertEquals(3, none.exit(), none.err());
    assertTrue(none.err().contains("; nothing was published"), none.err());
  }

  @Test
  void refusalIsReportedWithoutAdviceToStartTheBroker() throws Exception {
    String uri = limited("unread", ".*", ".*", "^$");
    try (Connection connection = AmqpConnection.open(uri() + "/unread");
        Channel channel = connection.createChannel()) {
      channel.basicPublish("", "order_placed_dlq", null, new byte[] {1});
      channel.basicPublish("", "order_placed_dlq", null, new byte[] {2});
      Await.until(
          "it is there",
          Duration.ofSeconds(20),
          () -> channel.messageCount("order_placed_dlq") == 2);
      Result denied = new Cli().run("dlq-inspect", "--uri", uri);
      assertEquals(3, denied.exit(), denied.err());
      assertTrue(denied.err().contains("ACCESS_REFUSED"), denied.err());
      assertFalse(denied.err().contains("check that it runs"), denied.err());
      channel.basicQos(1);
      channel.basicConsume(
          "order_placed_dlq", false, "", false, true, Map.of(), new DefaultConsumer(channel));
      Result locked = new Cli().run("dlq-inspect", "--uri", uri() + "/unread");
      assertEquals(3, locked.exit(), locked.err());
      assertTrue(locked.err().contains("exclusive use"), locked.err());
      assertFalse(locked.err().contains("check that it runs"), locked.err());
    }
    Result missing = new Cli().run("dlq-inspect", "--uri", uri() + "/nowhere");
    assertEquals(4, missing.exit(), missing.err());
    assertTrue(missing.err().contains("vhost nowhere not found"), missing.err());
    assertFalse(missing.err().contains("check that it runs"), missing.err());
    assertEquals(4, new Cli().run("topology", "declare", "--uri", uri() + "/nowhere").exit());
  }

  @Test
  void lockedQueueIsAFindingAndOthersAreShown() throws Exception {
    var running = java.util.Objects.requireNonNull(node);
    running.ctl("add_vhost", "locked");
    running.ctl("set_permissions", "-p", "locked", "guest", ".*", ".*", ".*");
    try (Connection connection = AmqpConnection.open(uri() + "/locked");
        Channel channel = connection.createChannel()) {
      channel.queueDeclare("order_placed", false, true, false, Map.of());
      Result status = new Cli().run("status", "--uri", uri() + "/locked");
      assertTrue(status.out().contains("RESOURCE_LOCKED"), status.out());
      assertTrue(status.out().contains("order_outcome_dlq"), status.out());
    }
  }

  /** The alarm is reported for the connection, not for the message. */
  @Test
  void alarmIsShownToAUserWhoMayNotDeclare() throws Exception {
    URI limited = URI.create(limited("alarmed", "^$", "^$", ".*"));
    var running = java.util.Objects.requireNonNull(node);
    try (QueueBrowser browser =
        new RabbitBroker(BrokerSettings.of(limited, "test")).openBrowser()) {
      assertTrue(browser.alarm(Duration.ofMillis(300)).isEmpty());
      running.ctl("set_vm_memory_high_watermark", "0.0000001");
      try {
        assertTrue(browser.alarm(Duration.ofSeconds(20)).isPresent());
      } finally {
        running.ctl("set_vm_memory_high_watermark", "0.4");
      }
    }
  }

  @Test
  void exchangeOfAnotherTypeIsFound() throws Exception {
    java.util.Objects.requireNonNull(node).ctl("add_vhost", "odd");
    java.util.Objects.requireNonNull(node)
        .ctl("set_permissions", "-p", "odd", "guest", ".*", ".*", ".*");
    Cli cli = new Cli().with("ORDERFLOW_AMQP_URI", uri() + "/odd");
    try (Connection connection = AmqpConnection.open(uri() + "/odd");
        Channel channel = connection.createChannel()) {
      channel.exchangeDeclare("inventory_events", "topic", true);
      Result found = cli.run("status");

      assertTrue(found.out().contains("missing: order_events"), found.out());
      assertTrue(found.out().contains("inventory_events has another declaration"), found.out());
      assertTrue(found.out().contains("'topic'"), found.out());
      assertTrue(cli.run("status").out().contains("missing: order_events"), "none was made");
      Result declared = cli.run("topology", "declare");
      assertEquals(3, declared.exit());
      assertTrue(declared.err().contains("'topic'"), declared.err());
      assertTrue(declared.err().contains("; delete it first"), declared.err());
      channel.exchangeDelete("inventory_events");
      assertEquals(0, cli.run("topology", "declare").exit());
      assertTrue(cli.run("status").out().contains("all exist with the right type"));
    }
  }

  @Test
  void alarmIsShown() throws Exception {
    var running = java.util.Objects.requireNonNull(node);
    broker.declareTopology();
    try (QueueBrowser browser = broker.openBrowser()) {
      assertTrue(browser.alarm(Duration.ofMillis(300)).isEmpty());
      running.ctl("set_vm_memory_high_watermark", "0.0000001");
      try {
        assertTrue(browser.alarm(Duration.ofSeconds(20)).isPresent());
        assertTrue(cli().run("status").out().contains("blocks publishers"));
      } finally {
        running.ctl("set_vm_memory_high_watermark", "0.4");
      }
    }
  }

  /** Imported with rabbitmqctl, the definitions match those that the services declare. */
  @Test
  void exportedDefinitionsAreImported() throws Exception {
    var running = java.util.Objects.requireNonNull(node);
    Path file = folder.resolve("definitions.json");
    Files.writeString(file, cli().run("topology", "export").out());
    running.ctl("import_definitions", file.toString());

    broker.declareTopology();
    assertTrue(running.ctl("list_bindings").contains("inventory.failed"));
  }

  private static Cli cli() {
    return new Cli().with("ORDERFLOW_AMQP_URI", uri());
  }
}
