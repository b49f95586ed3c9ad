package orderflow.cli.prove.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RuleTest {
  /** Tests run in their module's folder. */
  private static final Path PAGE = Path.of("../docs/verify.md");

  @Test
  void documentationListsEveryRuleWithItsSentence() throws IOException {
    List<String> listed =
        Files.readAllLines(PAGE).stream()
            .dropWhile(line -> !line.equals("## Rules"))
            .filter(line -> line.startsWith("| `") && line.endsWith(". |"))
            .toList();

    assertEquals(
        Stream.of(Rule.values())
            .map(rule -> "| `%s` | %s |".formatted(rule.id(), rule.sentence()))
            .toList(),
        listed);
  }
}
