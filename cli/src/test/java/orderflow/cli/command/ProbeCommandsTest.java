package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import orderflow.cli.Cli;
import orderflow.cli.client.ServiceName;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.cli.prove.environment.EmbeddedEnvironment;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.probe.PoisonKind;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** {@code replay-duplicate} and {@code poison} on a whole flow; JSON fields are a contract. */
@Timeout(60)
class ProbeCommandsTest {
  private static final EnvironmentFault INVENTORY_STOPPED =
      new EnvironmentFault.Stopped(ServiceName.INVENTORY);

  private static EmbeddedEnvironment environment;

  @BeforeAll
  static void start() throws InterruptedException {
    environment = EmbeddedEnvironment.start(Cli.plainContext());
  }

  @AfterAll
  static void stop() {
    environment.close();
  }

  private static Cli cli() {
    return environment.cli();
  }

  @Test
  void replayDuplicateFindsOneEffect() {
    Cli.Result result = cli().run("replay-duplicate", "--copies", "3", "-o", "json");

    assertEquals(0, result.exit(), result.err());
    assertEquals(
        List.of("order_id", "published", "effects", "skipped", "verdict"), fields(result.json()));
    assertTrue(result.json().path("order_id").isString());
    assertEquals(3, result.json().path("published").intValue());
    assertEquals(1, result.json().path("effects").intValue());
    assertEquals(2, result.json().path("skipped").intValue());
    assertEquals("pass", result.json().path("verdict").stringValue());
  }

  @Test
  void replayDuplicateOfAnExistingOrderAfterARestartOfInventory() throws InterruptedException {
    cli().run("place", "--order-id", "replayed", "--qty", "4", "--user", "u9", "--wait");
    environment.inject(INVENTORY_STOPPED);
    environment.heal(INVENTORY_STOPPED);
    Cli.Result result = cli().run("replay-duplicate", "--order-id", "replayed", "-o", "json");

    assertEquals(0, result.exit(), result.out());
    assertEquals("replayed", result.json().path("order_id").stringValue());
    assertEquals(1, result.json().path("effects").intValue());
    assertEquals(2, result.json().path("skipped").intValue());
  }

  @Test
  void replayDuplicateFailsWithoutConsumer() throws InterruptedException {
    environment.inject(INVENTORY_STOPPED);
    try {
      Cli.Result result = cli().run("replay-duplicate", "--timeout", "300ms");

      assertEquals(5, result.exit());
      assertTrue(result.out().startsWith("FAIL"), result.out());
      assertTrue(result.out().contains("inventory"), result.out());
    } finally {
      environment.heal(INVENTORY_STOPPED);
    }
  }

  @ParameterizedTest
  @EnumSource(PoisonKind.class)
  void poisonIsDeadLettered(PoisonKind kind) {
    Cli.Result result = cli().run("poison", "--kind", kind.toString(), "-o", "json");

    assertEquals(0, result.exit(), result.out() + result.err());
    assertEquals(
        List.of("kind", "queue", "dead_lettered", "reason", "found_by", "lost", "verdict"),
        fields(result.json()));
    assertEquals("message_id", result.json().path("found_by").stringValue());
    assertEquals(0, result.json().path("lost").size());
    assertEquals(kind.toString(), result.json().path("kind").stringValue());
    assertEquals("order_placed_dlq", result.json().path("queue").stringValue());
    assertEquals(1, result.json().path("dead_lettered").intValue());
    assertTrue(result.json().path("reason").isString());
    assertEquals("pass", result.json().path("verdict").stringValue());
  }

  @Test
  void poisonSendsAllKinds() {
    Cli.Result result = cli().run("poison", "--kind", "all", "-o", "ndjson");

    assertEquals(0, result.exit(), result.out() + result.err());
    assertEquals(
        List.of(PoisonKind.values()).stream().map(PoisonKind::toString).toList(),
        result.jsonLines().stream().map(line -> line.path("kind").stringValue()).toList());
  }

  @Test
  void allPoisonKindsOfTheDesignExist() {
    Set<String> kinds = new TreeSet<>();
    for (PoisonKind kind : PoisonKind.values()) {
      kinds.add(kind.toString());
    }
    assertTrue(
        kinds.containsAll(
            Set.of(
                "invalid-json",
                "missing-field",
                "wrong-type",
                "negative-qty",
                "not-utf8",
                "empty",
                "oversized")),
        kinds.toString());
  }

  @Test
  void poisonFailsWithoutConsumer() throws InterruptedException {
    environment.inject(INVENTORY_STOPPED);
    try {
      Cli.Result result = cli().run("poison", "--timeout", "300ms", "-o", "json");

      assertEquals(5, result.exit());
      assertEquals(0, result.json().path("dead_lettered").intValue());
      assertTrue(result.json().path("reason").isNull());
      assertEquals("fail", result.json().path("verdict").stringValue());
    } finally {
      environment.heal(INVENTORY_STOPPED);
    }
  }

  @Test
  void replayDuplicateSaysWhenItIsBasedOnBrokerTrafficOnly() {
    Cli.Result result = cli().run("replay-duplicate", "--inventory-url", "http://127.0.0.1:1");

    assertEquals(0, result.exit(), result.out() + result.err());
    assertTrue(result.out().startsWith("PASS"), result.out());
    assertTrue(
        result
            .out()
            .contains("\n      based on broker traffic only: the inventory service does not"),
        result.out());
    assertFalse(cli().run("replay-duplicate").out().contains("traffic"));
  }

  /** With another program's inventory. */
  @Test
  void replayDuplicateFailsForAnInventoryThatProcessesTwice() throws Exception {
    try (var broker = EmbeddedBroker.inMemory(0);
        var _ = ForgetfulInventory.start(broker.uri())) {
      Cli.Result result =
          new Cli()
              .run(
                  "replay-duplicate",
                  "-o",
                  "json",
                  "--uri",
                  broker.uri(),
                  "--inventory-url",
                  "http://127.0.0.1:1");

      assertEquals(5, result.exit(), result.out() + result.err());
      assertTrue(result.err().contains("based on broker traffic only"), result.err());
      assertEquals(2, result.json().path("effects").intValue());
      assertEquals(0, result.json().path("skipped").intValue());
      assertEquals("fail", result.json().path("verdict").stringValue());
    }
  }

  private static List<String> fields(JsonNode json) {
    return List.copyOf(json.propertyNames());
  }
}
