package orderflow.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import orderflow.testing.RawHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A process that may open few files. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class ScarcityTest {
  private final Process process;
  private final BufferedReader out;
  private final Writer in;
  private final int port;

  ScarcityTest() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    process =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n 256; exec \"$@\"",
                "sh",
                java,
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ScarceServer.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    out = process.inputReader(UTF_8);
    in = process.outputWriter(UTF_8);
    port = Integer.parseInt(awaitLine(out, "\\d+"));
    assertServes();
  }

  @AfterEach
  void stop() {
    process.destroyForcibly();
  }

  @Test
  void manyIdleConnectionsKeepNoClientOut() throws IOException {
    List<RawHttpClient> crowd = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      crowd.add(new RawHttpClient(port));
    }
    assertServes();
    for (RawHttpClient wire : crowd) {
      wire.close();
    }
  }

  @Test
  void serverRecoversFromAMissingFileDescriptor() throws IOException {
    command("exhausted");
    try (RawHttpClient waiting = new RawHttpClient(port)) {
      waiting.send(RawHttpClient.get("/health"));
      command("freed");
      Poll.untilServed(port);
    }
  }

  /** Each field of a few bytes takes some 100 bytes of heap. */
  @Test
  void unfinishedHeadsWithManyFieldsDoNotExhaustTheHeap() throws IOException {
    String head = "GET /health HTTP/1.1\r\nHost: test\r\n" + "a:b\r\n".repeat(4050);
    List<RawHttpClient> crowd = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      crowd.add(new RawHttpClient(port).send(head));
    }
    for (RawHttpClient wire : crowd) {
      assertEquals(431, wire.read().status());
      wire.close();
    }
    assertServes();
  }

  private void command(String expected) throws IOException {
    in.write("\n");
    in.flush();
    awaitLine(out, expected);
  }

  private void assertServes() throws IOException {
    assertEquals("{}", RawHttpClient.once(port, RawHttpClient.post("/echo", "{}")).body());
  }

  /** Between the lines that matter there may be log lines. */
  private static String awaitLine(BufferedReader out, String pattern) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.matches(pattern)) {
        return line;
      }
    }
    throw new IOException("the server is gone, without saying " + pattern);
  }
}
