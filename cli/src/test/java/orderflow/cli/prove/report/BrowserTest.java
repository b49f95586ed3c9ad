package orderflow.cli.prove.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A report in a real browser. */
@Timeout(300)
class BrowserTest {
  private static final Pattern CANVAS =
      Pattern.compile("<canvas [^>]*width=\"(\\d+)\" height=\"(\\d+)\"");

  /** The origin of a page; requests of the browser itself have none. */
  private static final Pattern REQUEST =
      Pattern.compile(
          "\"initiator\":\"(?!not an origin)[^\\n]*?\"url\":\"((?:https?|wss?|ftp)://[^\"]*)\"");

  @TempDir Path folder;

  private Chromium chromium() {
    var found = Chromium.find(folder);
    if (found.isEmpty()) {
      assertFalse(System.getProperty("orderflow.real", "").equals("required"), Chromium.NOT_FOUND);
      Assumptions.abort(Chromium.NOT_FOUND);
    }
    return found.orElseThrow();
  }

  private Path report() throws IOException {
    Path file = folder.resolve("report.html");
    HtmlReport.write(
        file,
        List.of(
            Reports.passed("backlog", Reports.outage(20, "inventory stopped")),
            Reports.failed("kill-order", List.of("order-1")),
            Reports.passed("broker-kill", Reports.outage(12, "</script>"))),
        Reports.conditions("verify"),
        null);
    return file;
  }

  @Test
  void chartsAreDrawnWithoutNetworkRequests() throws Exception {
    Path log = folder.resolve("net.json");
    String page =
        chromium().open(report(), "--dump-dom", "--window-size=800,900", "--log-net-log=" + log);

    assertTrue(page.contains("data-charts=\"12\""), "four charts each of three scenarios: " + page);
    List<MatchResult> canvases = CANVAS.matcher(page).results().toList();
    assertEquals(12, canvases.size());
    for (MatchResult canvas : canvases) {
      assertTrue(Integer.parseInt(canvas.group(1)) > 600, canvas.group());
      assertTrue(Integer.parseInt(canvas.group(2)) > 150, canvas.group());
    }
    assertTrue(page.contains("role=\"img\""));
    String requests = Files.readString(log);
    assertTrue(requests.contains("\"constants\""), "no network log");
    assertEquals(
        List.of(),
        List.copyOf(
            new TreeSet<>(REQUEST.matcher(requests).results().map(m -> m.group(1)).toList())));
  }

  /** Otherwise the other test would prove nothing. */
  @Test
  void networkRequestOfAPageIsDetected() throws Exception {
    Path page = folder.resolve("fetching.html");
    Files.writeString(page, "<img src=\"http://127.0.0.1:9/picture.png\">");
    Path log = folder.resolve("net.json");
    chromium().open(page, "--dump-dom", "--log-net-log=" + log);

    assertTrue(
        REQUEST
            .matcher(Files.readString(log))
            .results()
            .anyMatch(match -> match.group(1).equals("http://127.0.0.1:9/picture.png")));
  }
}
