package orderflow.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** An installed program that a test needs. */
public final class RealTool {
  private RealTool() {}

  /** Skips the test if it is missing, or fails where it is required. */
  public static void require(String name) {
    boolean found =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    if (!found) {
      String missing = name + " is not on the PATH";
      assertFalse(System.getProperty("orderflow.real", "").equals("required"), missing);
      Assumptions.abort(missing);
    }
  }
}
