package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import orderflow.cli.Cli;
import orderflow.cli.prove.environment.EmbeddedEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Output on a terminal of twenty columns: readable, and every id whole. */
@Timeout(60)
class NarrowTerminalTest {
  private static final int WIDTH = 20;
  private static final String ORDER = "ord-of-more-than-20-columns-1234567890";
  private static final String ITEM = "item-of-more-than-20-columns";

  private static EmbeddedEnvironment environment;

  @BeforeAll
  static void start() throws InterruptedException {
    environment = EmbeddedEnvironment.start(Cli.plainContext());
    assertEquals(
        0,
        cli().run("place", "--wait", "--order-id", ORDER, "--item", ITEM, "--user", "u1").exit());
    assertEquals(0, cli().run("poison", "--kind", "negative-qty").exit());
  }

  @AfterAll
  static void stop() {
    environment.close();
  }

  /** A word wider than the terminal may run over its edge. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "watch --once",
        "status",
        "stock",
        "stock " + ITEM,
        "trace " + ORDER,
        "dlq-inspect",
        "dlq-inspect --group",
        "topology show",
        "verify --list",
      })
  void linesFit(String command) {
    Cli.Result result = cli().with("NO_COLOR", "1").onTerminal(WIDTH).run(command.split(" ", -1));

    assertTrue(Set.of(0, 3).contains(result.exit()), result.toString());
    assertTrue(!result.out().isBlank());
    result
        .out()
        .lines()
        .forEach(line ->
            assertTrue(
                line.length() <= WIDTH || !line.strip().contains(" "),
                () -> "too wide: '" + line + "' in\n" + result.out()));
  }

  @Test
  void namesAreNotCut() {
    assertWords("trace " + ORDER, ORDER + ":");
    assertWords("stock", ITEM);
    assertWords("status", "inventory_reserved_dlq");
    assertWords("watch --once", "inventory_reserved_dlq");
    assertWords("topology show", "inventory_reserved_dlq");
    assertWords("topology show", "inventory.reserved");
    assertWords("dlq-inspect", "order_placed_dlq:");
  }

  private static void assertWords(String command, String word) {
    String out = cli().onTerminal(WIDTH).run(command.split(" ", -1)).out();
    assertTrue(List.of(out.split("\\s+", -1)).contains(word), () -> "no " + word + " in\n" + out);
  }

  @Test
  void onlyTheFirstWordIsColoured() {
    String out = cli().onTerminal(WIDTH).run("status").out();

    assertTrue(out.startsWith("\u001b[32mOK\u001b[0m    broker\n"), out);
    assertTrue(
        out.contains("\n\u001b[33mWARN\u001b[0m  order_placed_dlq\n")
            || out.contains("\n\u001b[33mWARN\u001b[0m\n"),
        out);
  }

  @Test
  void outputToAFileIsNotShortened() {
    String out = cli().run("topology", "show").out();

    assertTrue(out.contains("order_events      order.placed        order_placed"), out);
    assertTrue(cli().run("trace", ORDER).out().contains("accepted    " + ITEM + " x 1 for u1"));
  }

  private static Cli cli() {
    return environment.cli();
  }
}
