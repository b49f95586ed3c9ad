package orderflow.cli.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import orderflow.cli.Cli;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Completion of the real commands. */
class LineCompleterTest {
  private final LineCompleter completion =
      new LineCompleter(
          Cli.commandModel(), () -> List.of("ord-2", "ord-1"), () -> List.of("local", "staging"));

  @Test
  void offersCommands() {
    List<String> offered = completion.candidates(List.of(), "");

    assertTrue(offered.containsAll(List.of("place", "trace", "context", "help", "exit")));
    assertFalse(offered.contains("warm-up"), "hidden commands are not offered");
    assertEquals(
        List.of("add", "list", "use", "show", "remove"),
        completion.candidates(List.of("context"), ""));
  }

  @Test
  void offersOptionsAndTheirWords() {
    assertTrue(completion.candidates(List.of("place"), "--").contains("--item"));
    assertEquals(
        List.of("table", "json", "ndjson", "csv"),
        completion.candidates(List.of("place", "-o"), ""));
    assertTrue(completion.candidates(List.of("place"), "--output=").contains("--output=ndjson"));
  }

  @Test
  void offersQueuesAndRecentOrders() {
    assertEquals(
        List.of("order_placed_dlq", "inventory_reserved_dlq", "order_outcome_dlq"),
        completion.candidates(List.of("dlq-inspect", "--queue"), ""));
    assertEquals(List.of("ord-2", "ord-1"), completion.candidates(List.of("trace"), "o"));
    assertEquals(
        List.of("ord-2", "ord-1"), completion.candidates(List.of("trace", "--follow"), ""));
    assertEquals(List.of(), completion.candidates(List.of("trace", "ord-1"), ""));
  }

  @Test
  void contexts() {
    List<String> both = List.of("local", "staging");
    assertEquals(both, completion.candidates(List.of("context", "use"), ""));
    assertEquals(both, completion.candidates(List.of("place", "--context"), ""));
    assertEquals(
        List.of("--context=local", "--context=staging"),
        completion.candidates(List.of("status"), "--context="));
    assertEquals(List.of(), completion.candidates(List.of("context", "add"), ""));
  }

  @Test
  void files(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("letters.ndjson"), "");
    Files.createDirectory(folder.resolve("more"));

    assertEquals(
        List.of(folder + "/letters.ndjson", folder + "/more/"),
        completion.candidates(List.of("dlq-replay", "--from"), folder + "/").stream()
            .sorted()
            .toList());
  }

  @Test
  void latestOrdersComeFirstUpToALimit() {
    var recent = new RecentOrders();
    for (int n = 0; n < 60; n++) {
      recent.noteOutput("order_id  ord-" + n);
    }
    recent.noteOutput("{\"order_id\" : \"ord-json\", \"status\" : \"accepted\"}");
    recent.noteOutput("order_id  ord-58");

    assertEquals(List.of("ord-58", "ord-json", "ord-59"), recent.ids().subList(0, 3));
    assertEquals(50, recent.ids().size());
  }

  @Test
  void ordersAreFoundInAllFormatsOfOutput() {
    var recent = new RecentOrders();
    for (String line :
        """
        order_placed_dlq: 2 dead letters
        #1  malformed  2026-01-01T00:00:00Z
            order    ord-dead
        {"position":1,"order_id":"ord-ndjson","body":"{\\"order_id\\":\\"other\\"}"}
        PASS  order_id=ord-twice: published 2 times
        position  order_id   reason
        1         ord-table  malformed
        2         -          malformed
        position,detail,order_id,reason
        1,"a, ""b"" c",ord-csv,malformed
        flood-mwwh4ajb-efpd-00000012 is one of many
        orderflow: order service does not answer
        """
            .lines()
            .toList()) {
      recent.noteOutput(line);
    }

    assertEquals(
        List.of(
            "flood-mwwh4ajb-efpd-00000012",
            "ord-csv",
            "ord-table",
            "ord-twice",
            "ord-ndjson",
            "ord-dead"),
        recent.ids());
    recent.begin();
    recent.noteOutput("1,b,ord-no-list,c");
    assertEquals(6, recent.ids().size());
  }
}
