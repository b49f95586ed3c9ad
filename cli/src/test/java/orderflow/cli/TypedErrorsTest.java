package orderflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Code decides by an error's type or kind, never by its text. */
class TypedErrorsTest {
  /** Where the texts of others are read: neither the JDK, picocli nor AMQP has a type for these. */
  private static final Set<String> ALLOWED =
      Set.of(
          "AmqpErrors.java",
          "HttpServer.java",
          "PortInUseException.java",
          "TlsProbe.java",
          "TlsFailure.java",
          "UsageErrorHandler.java");

  private static final Pattern TEXT_MATCH =
      Pattern.compile(
          "(getMessage|detail|problem|getReplyText)\\(\\)\\)?\\s*"
              + "\\.(contains|startsWith|endsWith|matches|equals|indexOf|replaceFirst)\\(");

  @Test
  void noCodeMatchesOnTheTextOfAnError() throws IOException {
    Set<String> found = new TreeSet<>();
    for (Path module : Set.of(Path.of("src/main/java"), Path.of("../services/src/main/java"))) {
      try (Stream<Path> files = Files.walk(module)) {
        for (Path file : files.filter(name -> name.toString().endsWith(".java")).toList()) {
          if (TEXT_MATCH.matcher(Files.readString(file)).find()) {
            found.add(file.getFileName().toString());
          }
        }
      }
    }
    found.removeAll(ALLOWED);
    assertEquals(Set.of(), found);
  }

  @Test
  void patternFindsAMatchOnText() {
    assertTrue(TEXT_MATCH.matcher("if (e.detail().contains(\"exclusive\"))").find());
    assertTrue(TEXT_MATCH.matcher("String.valueOf(e.getMessage())\n  .startsWith(\"a\")").find());
  }
}
