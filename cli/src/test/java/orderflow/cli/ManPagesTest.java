package orderflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manual pages that are kept beside the sources say what the commands are now. */
class ManPagesTest {
  /** Tests run in their module's folder. */
  private static final Path MAN = Path.of("../docs/man");

  @TempDir private Path temporary = Path.of("");

  @Test
  void manualPagesAreUpToDate() throws IOException {
    String again = "commands have changed; again:  rm -r docs/man; ./orderflow man-pages docs/man";
    Cli.Result made = new Cli().run("man-pages", temporary.toString());

    assertEquals(0, made.exit(), made::err);
    assertEquals(names(temporary), names(MAN), again);
    for (String name : names(MAN)) {
      assertEquals(
          Files.readString(temporary.resolve(name)), Files.readString(MAN.resolve(name)), again);
    }
  }

  @Test
  void everyCommandThatAUserSeesHasAPage() throws IOException {
    assertEquals(
        Cli.commandModel()
            .all()
            .map(command -> String.join("-", command.path()) + ".1")
            .collect(Collectors.toCollection(TreeSet::new)),
        names(MAN));
  }

  @Test
  void groffHasNothingToSayAboutThePages() throws Exception {
    RealTool.require("groff");
    List<String> command = new ArrayList<>(List.of("groff", "-man", "-ww", "-z", "-Tutf8"));
    names(MAN).forEach(name -> command.add(MAN.resolve(name).toString()));
    Launch.Result result =
        Launch.ofCommand(command.toArray(String[]::new)).with("PATH", System.getenv("PATH")).run();

    assertEquals("", result.err());
    assertEquals(0, result.exit());
  }

  @Test
  void whatCannotBeWrittenIsOneLine() throws IOException {
    Path file = Files.createFile(temporary.resolve("file"));
    Cli.Result result = new Cli().run("man-pages", file.toString());

    assertEquals(2, result.exit());
    assertEquals(1, result.err().lines().count(), result::err);
    assertTrue(result.err().contains("cannot write to " + file), result::err);
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
