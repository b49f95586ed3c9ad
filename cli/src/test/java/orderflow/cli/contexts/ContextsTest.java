package orderflow.cli.contexts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import orderflow.cli.io.CliException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading, writing and protecting the context file. */
class ContextsTest {
  private static final Set<String> OPTIONS = Set.of("uri", "insecure");

  @TempDir Path folder = Path.of("");

  @Test
  void missingFileHasNoContexts() {
    assertEquals(Map.of(), new ContextStore(folder.resolve("none.toml"), OPTIONS).read().byName());
  }

  @Test
  void specialCharactersSurviveWriteAndRead() {
    Path file = folder.resolve("deep/er/config.toml");
    String awkward = "amqp://a:\"q\\u0041\"@h/\t#é";

    write(file, all -> all.with("a.b", Map.of("uri", awkward)).using("a.b"));

    Contexts read = new ContextStore(file, OPTIONS).read();
    assertEquals("a.b", read.current());
    assertEquals(Map.of("a.b", Map.of("uri", new ContextValue(awkward, 5, 1))), read.byName());
  }

  @Test
  void fileIsReadableByOwnerOnly() throws IOException {
    Path file = folder.resolve("config.toml");
    Files.writeString(file, "");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertTrue(new ContextStore(file, OPTIONS).warning().isPresent());

    write(file, all -> all.with("x", Map.of("uri", "amqp://h/")));

    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertTrue(new ContextStore(file, OPTIONS).warning().isEmpty());
  }

  @Test
  void symbolicLinkIsKept() throws IOException {
    Path real = folder.resolve("real.toml");
    Files.writeString(real, "");
    Path link = Files.createSymbolicLink(folder.resolve("config.toml"), real);

    write(link, all -> all.with("x", Map.of("uri", "amqp://h/")));

    assertTrue(Files.isSymbolicLink(link));
    assertEquals(Set.of("x"), new ContextStore(real, OPTIONS).read().byName().keySet());
  }

  @Test
  void symbolicLinkToMissingFileIsKept() throws IOException {
    Path real = folder.resolve("real.toml");
    Path link = Files.createSymbolicLink(folder.resolve("config.toml"), Path.of("real.toml"));

    write(link, all -> all.with("x", Map.of("uri", "amqp://h/")));

    assertTrue(Files.isSymbolicLink(link));
    assertTrue(Files.isRegularFile(real));
  }

  /** Scripts may add contexts at the same time. */
  @Test
  void concurrentChangesAreNotLost() throws Exception {
    Path file = folder.resolve("config.toml");
    String classPath = System.getProperty("java.class.path");
    List<Process> adding = new ArrayList<>();
    for (int n = 0; n < 4; n++) {
      adding.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  classPath,
                  ContextsTest.class.getName(),
                  file.toString(),
                  "p" + n)
              .inheritIO()
              .start());
    }
    for (Process process : adding) {
      assertEquals(0, process.waitFor());
    }

    assertEquals(40, new ContextStore(file, OPTIONS).read().byName().size());
  }

  /** Adds ten contexts, one by one. */
  public static void main(String[] arguments) {
    for (int n = 0; n < 10; n++) {
      String name = arguments[1] + "-" + n;
      write(Path.of(arguments[0]), all -> all.with(name, Map.of("uri", "amqp://h/")));
    }
  }

  @Test
  void commentsAreKeptInACopy() throws IOException {
    Path file = folder.resolve("config.toml");
    String text = "# mine\n[context.a]\nuri = \"amqp://h/\"\n";
    Files.writeString(file, text);

    assertEquals(
        Optional.of(folder.resolve("config.toml.bak")), write(file, all -> all.using("a")));
    assertEquals(text, Files.readString(folder.resolve("config.toml.bak")));
    assertEquals(Optional.empty(), write(file, all -> all.using(null)));
  }

  /** The file may hold a password, and so may its copy. */
  @Test
  void copyIsReadableByOwnerOnly() throws IOException {
    Path file = Files.writeString(folder.resolve("config.toml"), "# mine\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    Path copy = write(file, all -> all.using("a")).orElseThrow();

    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)));
  }

  @Test
  void existingCopyIsNotOverwritten() throws IOException {
    Path file = Files.writeString(folder.resolve("config.toml"), "# first\n");
    write(file, all -> all.using("a"));
    Files.writeString(file, "# second\n");

    assertEquals(
        Optional.of(folder.resolve("config.toml.bak2")), write(file, all -> all.using("a")));
    assertEquals("# first\n", Files.readString(folder.resolve("config.toml.bak")));
    assertEquals("# second\n", Files.readString(folder.resolve("config.toml.bak2")));
  }

  @Test
  void tooManyCopiesLeaveTheFileUnchanged() throws IOException {
    Path file = Files.writeString(folder.resolve("config.toml"), "# mine\n");
    Files.writeString(folder.resolve("config.toml.bak"), "");
    for (int n = 2; n <= 99; n++) {
      Files.writeString(folder.resolve("config.toml.bak" + n), "");
    }

    String message =
        String.valueOf(
            assertThrows(CliException.class, () -> write(file, all -> all.using("a")))
                .getMessage());

    assertTrue(message.contains("remove some"), message);
    assertEquals("# mine\n", Files.readString(file));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "uri = \"amqp://h/\" # prod, careful|true",
        "uri = 'x' # y|true",
        "uri = \"\\\\\" # y|true",
        "uri = \"\"\"x\"\"\"\"\" # y|true",
        "uri = '' # y|true",
        "  # y|true",
        "uri = \"a#b\"|false",
        "uri = \"a\\\"#b\"|false",
        "uri = 'a\\'|false",
        "uri = 'a#b'|false",
        "uri = \"\"\"~#\"b~\"\"\"|false",
        "uri = '''~#'b~'''|false",
        "# Written by 'orderflow context', which keeps no comments.~~[context.a]|false",
        "# Written by 'orderflow context', which keeps no comments.~# mine|true",
      })
  void commentsAreFoundOutsideOfStrings(String text, boolean comment) {
    assertEquals(comment, ContextStore.hasComments(text.replace('~', '\n')));
  }

  @Test
  void byteOrderMarkIsIgnored() throws IOException {
    Path file = Files.writeString(folder.resolve("config.toml"), "\ufeffcurrent = \"a\"\n");

    assertEquals("a", new ContextStore(file, OPTIONS).read().current());
  }

  private static Optional<Path> write(Path file, UnaryOperator<Contexts> change) {
    return new ContextStore(file, OPTIONS).change(change);
  }

  @Test
  void removingTheCurrentContextLeavesNone() {
    Contexts contexts = empty().with("x", Map.of("uri", "amqp://h/")).using("x").without("x");

    assertEquals(null, contexts.current());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "current = |1:10|expected a value",
        "current = \"x|1:13|end of input",
        "[context.a]~uri = \"x\"~uri = \"y\"|3:1|previously defined",
        "[context.a]~uri = \"x\"~url = \"y\"|3:1|unknown option 'url'; a context has insecure, uri",
        "[context.a]~uri = 5|2:1|uri must be a text",
        "[context]~a = 5|2:1|'a' is not a table",
        "[contexts.a]~uri = \"x\"|1:1|unknown key 'contexts'",
        "~~uri = 'x'|3:1|unknown key 'uri'",
      })
  void errorsReportLineAndColumn(String text, String place, String why) throws IOException {
    Path file = Files.writeString(folder.resolve("broken.toml"), text.replace('~', '\n'));

    String message =
        String.valueOf(
            assertThrows(CliException.class, () -> new ContextStore(file, OPTIONS).read())
                .getMessage());

    assertTrue(message.startsWith(file + ":" + place + ": "), message);
    assertTrue(message.contains(why), message);
    assertEquals(1, message.lines().count());
  }

  @Test
  void unwritableFileIsReported() throws IOException {
    Path blocked = Files.writeString(folder.resolve("blocked"), "");

    String message =
        String.valueOf(
            assertThrows(
                    CliException.class, () -> write(blocked.resolve("config.toml"), all -> all))
                .getMessage());

    assertEquals(
        blocked.resolve("config.toml") + " cannot be written: " + blocked + " is not a folder",
        message);
  }

  /** A device or pipe must not become a file. */
  @Test
  void pipesAndFoldersAreNotReplaced() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Path directory = Files.createDirectory(folder.resolve("directory"));

    for (Path target : List.of(pipe, directory)) {
      String message =
          String.valueOf(
              assertThrows(CliException.class, () -> write(target, all -> all)).getMessage());

      assertEquals(target + " cannot be written: it is not a regular file", message);
      assertFalse(Files.isRegularFile(target));
    }
  }

  @Test
  void binaryAndEndlessFilesAreRejected() throws IOException {
    Path binary =
        Files.write(folder.resolve("binary"), new byte[] {'#', '\n', 'a', (byte) 0xc3, 0x28});
    Path endless = Files.write(folder.resolve("endless"), new byte[(1 << 20) + 1]);

    assertUnreadable(binary, ":2:2: this is not UTF-8");
    assertUnreadable(endless, " cannot be read: it has more than 1048576 bytes");
  }

  private static void assertUnreadable(Path file, String why) {
    String message =
        String.valueOf(
            assertThrows(CliException.class, () -> new ContextStore(file, OPTIONS).read())
                .getMessage());
    assertEquals(file + why, message);
  }

  private static Contexts empty() {
    return Contexts.EMPTY;
  }
}
