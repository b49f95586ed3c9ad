package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A service in a container whose temporary folder cannot be used. */
@Timeout(60)
class NativeLibraryTest {
  @TempDir Path folder;

  @Test
  void unloadableSqliteNamesFolderAndOptionInOneLine() throws Exception {
    Path missing = folder.resolve("missing");
    File err = folder.resolve("err").toFile();
    List<String> command =
        ProgramProcess.java(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dorg.sqlite.tmpdir=" + missing);
    command.addAll(
        List.of(
            "serve-order",
            "--port",
            "0",
            "--uri",
            "amqp://127.0.0.1:1",
            "--data-dir",
            folder.resolve("data").toString()));
    Process service = new ProcessBuilder(command).redirectError(err).start();
    try {
      assertTrue(service.waitFor(40, TimeUnit.SECONDS));
      List<String> lines = Files.readAllLines(err.toPath());
      assertEquals(1, lines.size(), () -> String.join("\n", lines));
      assertTrue(lines.getFirst().contains(missing.toString()), lines.getFirst());
      assertTrue(lines.getFirst().contains("-Dorg.sqlite.tmpdir=DIR"), lines.getFirst());
      assertEquals(2, service.exitValue());
    } finally {
      service.destroyForcibly();
    }
  }
}
