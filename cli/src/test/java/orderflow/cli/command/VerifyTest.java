package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import orderflow.cli.Cli;
import orderflow.cli.Schemas;
import orderflow.rabbit.RabbitInstallation;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import tools.jackson.databind.JsonNode;

/** Real faults on real processes; a short set on each broker. */
@Timeout(300)
class VerifyTest {
  @TempDir Path folder;

  @Test
  void shortSetPassesOnTheEmbeddedBroker() throws Exception {
    Path junit = folder.resolve("verify.xml");
    Path report = folder.resolve("verify.html");
    Cli.Result result =
        new Cli()
            .run(
                "verify",
                "kill-inventory",
                "duplicate-storm",
                "connections-closed",
                "--junit",
                junit.toString(),
                "--report",
                report.toString(),
                "-o",
                "json");

    assertEquals(0, result.exit(), result.out() + result.err());
    Schemas.checkDocument("demo", result.out()); // it prints the same
    JsonNode scenarios = result.json().path("scenarios");
    assertEquals(3, scenarios.size());
    assertPassed(scenarios.get(0));
    assertPassed(scenarios.get(1));
    assertEquals("skip", scenarios.get(2).path("verdict").stringValue());
    assertTrue(
        scenarios.get(2).path("summary").stringValue().contains("embedded broker"),
        scenarios.get(2).toString());
    assertTrue(result.err().contains("! inventory killed"), result.err());
    assertTrue(result.err().contains("seed "), result.err());
    Element suite =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(junit.toFile())
            .getDocumentElement();
    assertEquals("3", suite.getAttribute("tests"));
    assertEquals("0", suite.getAttribute("failures"));
    assertEquals("1", suite.getAttribute("skipped"));
    String page = Files.readString(report);
    assertTrue(page.contains("orderflow verify kill-inventory duplicate-storm"), page);
    assertTrue(page.contains("inventory killed"), page);
    assertTrue(page.contains("Apache Qpid Broker-J"), page);
  }

  @Test
  void shortSetPassesOnRabbitMq() {
    if (RabbitInstallation.find(System.getenv()).isEmpty()) {
      assertFalse(
          System.getProperty("orderflow.real", "").equals("required"),
          RabbitInstallation.NOT_FOUND);
      Assumptions.abort(RabbitInstallation.NOT_FOUND);
    }
    Cli.Result result =
        new Cli()
            .with("PATH", System.getenv("PATH"))
            .run(
                "verify", "kill-order", "connections-closed", "--broker", "rabbitmq", "-o", "json");

    assertEquals(0, result.exit(), result.out() + result.err());
    result.json().path("scenarios").forEach(VerifyTest::assertPassed);
    assertTrue(result.err().contains("RabbitMQ "), result.err());
  }

  private static void assertPassed(JsonNode scenario) {
    assertEquals("pass", scenario.path("verdict").stringValue(), scenario.toString());
    assertTrue(scenario.path("accepted").longValue() > 500, scenario.toString());
    assertEquals(
        scenario.path("accepted").longValue(),
        scenario.path("reserved").longValue() + scenario.path("failed").longValue());
    assertEquals(scenario.path("reserved").longValue(), scenario.path("notified").longValue());
    assertEquals(0, scenario.path("lost").size());
    assertEquals(0, scenario.path("double_effects").size());
  }

  @Test
  void serviceThatLosesAcceptedOrdersFailsWithTheirIds() throws Exception {
    System.setProperty("orderflow.verify.main", LossyOrderService.class.getName());
    Cli.Result result;
    try {
      result = new Cli().run("verify", "happy-path", "-o", "json");
    } finally {
      System.clearProperty("orderflow.verify.main");
    }

    assertEquals(5, result.exit(), result.out() + result.err());
    JsonNode scenario = result.json().path("scenarios").get(0);
    assertKept(scenario);
    assertEquals("fail", scenario.path("verdict").stringValue());
    assertTrue(scenario.path("lost").size() > 5, scenario.toString());
    assertTrue(scenario.path("lost").get(0).stringValue().contains("happy-path"));
  }

  private static void assertKept(JsonNode scenario) throws IOException {
    String kept = "logs and databases are kept in ";
    Path folder =
        Path.of(
            scenario
                .path("remarks")
                .valueStream()
                .map(JsonNode::stringValue)
                .filter(remark -> remark.startsWith(kept))
                .findFirst()
                .orElseThrow()
                .substring(kept.length()));
    assertTrue(Files.exists(folder.resolve("order.log")), folder.toString());
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void ordersThatFailInSpiteOfStockFail() throws Exception {
    System.setProperty("orderflow.verify.main", UnwillingInventory.class.getName());
    Cli.Result result;
    try {
      result =
          new Cli()
              .run("verify", "happy-path", "-o", "json", "--keep-on-failure", folder.toString());
    } finally {
      System.clearProperty("orderflow.verify.main");
    }

    assertEquals(5, result.exit(), result.out() + result.err());
    assertTrue(result.out().contains("orders failed all the same"), result.out());
  }

  @Test
  void unreachableBrokerIsReportedAtOnce() {
    Cli.Result result = new Cli().run("verify", "happy-path", "--broker", "amqp://127.0.0.1:1");

    assertEquals(4, result.exit());
    assertTrue(result.err().contains("no broker answers"), result.err());
  }

  @Test
  void failedStartWritesTheReports() throws Exception {
    Path junit = folder.resolve("verify.xml");
    Path report = folder.resolve("verify.html");
    Cli.Result result =
        new Cli()
            .run(
                "verify",
                "happy-path",
                "poison",
                "--broker",
                "amqp://127.0.0.1:1",
                "--junit",
                junit.toString(),
                "--report",
                report.toString(),
                "-o",
                "json");

    assertEquals(4, result.exit());
    Schemas.checkDocument("verify", result.out());
    assertEquals("inconclusive", result.json().path("verdict").stringValue());
    assertEquals(2, result.json().path("scenarios").size());
    String xml = Files.readString(junit);
    assertTrue(xml.contains("failures=\"0\" errors=\"2\""), xml);
    assertTrue(xml.contains("no broker answers"), xml);
    assertTrue(Files.readString(report).contains("no broker answers"));
  }

  @Test
  void serviceThatDoesNotStartIsInconclusiveAndItsLogIsKept() throws Exception {
    Path kept = folder.resolve("kept");
    System.setProperty("orderflow.verify.main", DyingOrderService.class.getName());
    Cli.Result result;
    try {
      result =
          new Cli()
              .run(
                  "verify",
                  "happy-path",
                  "poison",
                  "backlog",
                  "--keep-on-failure",
                  kept.toString(),
                  "-o",
                  "json");
    } finally {
      System.clearProperty("orderflow.verify.main");
    }

    assertEquals(5, result.exit(), result.out() + result.err());
    Schemas.checkDocument("verify", result.out());
    for (JsonNode scenario : result.json().path("scenarios")) {
      assertEquals("inconclusive", scenario.path("verdict").stringValue(), scenario.toString());
    }
    String first = result.json().path("scenarios").get(0).path("summary").stringValue();
    assertTrue(first.contains("the order service ended with 7; its log ends with: no"), first);
    try (Stream<Path> folders = Files.list(kept)) {
      List<Path> all = folders.toList();
      assertEquals(2, all.size(), "a third start is not tried");
      assertTrue(
          Files.readString(all.getFirst().resolve("order.log")).contains("no"), all.toString());
    }
  }

  @Test
  void scenarioNameWithAllIsWrongUsage() {
    Cli.Result result = new Cli().run("verify", "backlog", "--all");

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("--all"), result.err());
  }

  @Test
  void unknownScenarioIsReportedWithTheKnownNames() {
    Cli.Result result = new Cli().run("verify", "kill-everybody");

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("no scenario kill-everybody"), result.err());
    assertTrue(result.err().contains("kill-inventory"), result.err());
  }

  @Test
  void listPrintsScenariosAndRunsNone() {
    Cli.Result result = new Cli().run("verify", "--list");

    assertEquals(0, result.exit());
    assertTrue(
        result.out().lines().anyMatch(line -> line.startsWith("rolling-restart ")), result.out());
    assertFalse(new Cli().run("verify", "--list", "-o", "json").json().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--junit", "--report"})
  void unwritableReportIsReportedBeforeTheRun(String option) {
    Path nowhere = folder.resolve("missing").resolve("verify.out");
    Cli.Result result = new Cli().run("verify", "poison", option, nowhere.toString());

    assertEquals(2, result.exit());
    assertTrue(result.err().contains(option), result.err());
    assertFalse(result.err().contains("starting"), result.err());
    assertFalse(Files.exists(nowhere));
  }
}
