package orderflow.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A shell that holds the other end of a pipe from this JVM. When the JVM ends, however it ends, the
 * pipe closes: then it kills the processes it was last told of and deletes the folder.
 */
record ProcessGuard(OutputStream pipe) implements Closeable {
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      while read -r line; do pids=$line; done
      for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
      for attempt in 1 2 3 4 5; do rm -rf -- "$1" 2>/dev/null && exit; sleep 1; done
      """;

  static ProcessGuard over(Path folder) throws IOException {
    return new ProcessGuard(
        new ProcessBuilder("sh", "-c", SCRIPT, "orderflow-guard", folder.toString())
            .directory(Path.of("/").toFile())
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD)
            .start()
            .getOutputStream());
  }

  void watch(List<Long> pids) {
    String line = pids.stream().map(String::valueOf).collect(Collectors.joining(" ", "", "\n"));
    try {
      pipe.write(line.getBytes(StandardCharsets.US_ASCII));
      pipe.flush();
    } catch (IOException e) {
      // Somebody ended the guard; the shutdown hook remains.
    }
  }

  @Override
  public void close() {
    watch(List.of());
    try {
      pipe.close();
    } catch (IOException e) {
      // It is gone already.
    }
  }
}
