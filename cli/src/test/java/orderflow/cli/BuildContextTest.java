package orderflow.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the Dockerfile copies is in the build context, which .dockerignore restricts. */
class BuildContextTest {
  private static final Path ROOT = Path.of("..");

  @Test
  void everyCopiedPathExistsAndIsNotIgnored() throws IOException {
    List<String> included =
        Files.readAllLines(ROOT.resolve(".dockerignore")).stream()
            .filter(line -> line.startsWith("!"))
            .map(line -> line.substring(1))
            .toList();
    List<String> copied =
        Files.readAllLines(ROOT.resolve("Dockerfile")).stream()
            .filter(line -> line.startsWith("COPY ") && !line.contains("--from"))
            .map(line -> List.of(line.substring("COPY ".length()).split(" ")))
            .flatMap(words -> words.subList(0, words.size() - 1).stream())
            .toList();
    assertFalse(copied.isEmpty());
    for (String path : copied) {
      assertTrue(Files.exists(ROOT.resolve(path)), path);
      assertTrue(
          included.stream().anyMatch(each -> Path.of(path).startsWith(each)),
          () -> ".dockerignore leaves out " + path);
    }
  }
}
