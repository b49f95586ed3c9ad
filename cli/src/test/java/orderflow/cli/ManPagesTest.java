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

/** The manual pages that the archive holds. */
class ManPagesTest {
  @TempDir private Path temporary = Path.of("");

  @Test
  void everyVisibleCommandHasAPageWithItsHeaderAndOptions() throws IOException {
    Set<String> expected = new TreeSet<>();
    Path folder = pages();
    for (var command : Cli.commandModel().all().toList()) {
      String name = String.join("-", command.path()) + ".1";
      String page = Files.readString(folder.resolve(name)).replace("\\-", "-");
      expected.add(name);

      assertTrue(page.contains(command.header().replace("'", "\\(aq")), page);
      for (var option : command.options()) {
        option.names().forEach(label -> assertTrue(page.contains("\\fB" + label + "\\fR"), page));
      }
    }
    assertEquals(expected, names(folder));
  }

  @Test
  void pagesAreTheSameOnEachRun() throws IOException {
    Path first = pages();
    Path second = Files.createDirectory(temporary.resolve("second"));
    assertEquals(0, new Cli().run("man-pages", second.toString()).exit());

    for (String name : names(first)) {
      assertEquals(Files.readString(first.resolve(name)), Files.readString(second.resolve(name)));
    }
  }

  @Test
  void groffReportsNoProblem() throws Exception {
    RealTool.require("groff");
    Path folder = pages();
    List<String> command = new ArrayList<>(List.of("groff", "-man", "-ww", "-z", "-Tutf8"));
    names(folder).forEach(name -> command.add(folder.resolve(name).toString()));
    Launch.Result result =
        Launch.ofCommand(command.toArray(String[]::new)).with("PATH", System.getenv("PATH")).run();

    assertEquals("", result.err());
    assertEquals(0, result.exit());
  }

  @Test
  void anUnusableFolderIsReportedInOneLine() throws IOException {
    Path file = Files.createFile(temporary.resolve("file"));
    Cli.Result result = new Cli().run("man-pages", file.toString());

    assertEquals(2, result.exit());
    assertEquals(1, result.err().lines().count(), result::err);
    assertTrue(result.err().contains("cannot write to " + file), result::err);
  }

  private Path pages() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("man"));
    Cli.Result made = new Cli().run("man-pages", folder.toString());

    assertEquals(0, made.exit(), made::err);
    return folder;
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
