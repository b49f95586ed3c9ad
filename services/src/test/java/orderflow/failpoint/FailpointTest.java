package orderflow.failpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FailpointTest {
  /** Passes two points in turn, and ends with a line of its own. */
  static final class Passing {
    private Passing() {}

    public static void main(String[] arguments) {
      for (int pass = 0; pass < 3; pass++) {
        Failpoint.RELAY_PUBLISH_AFTER.reach();
        System.err.println("pass");
        Failpoint.CONSUMER_ACK_AFTER.reach();
      }
    }
  }

  private record Ended(int exit, String output) {}

  private static Ended run(String value) throws Exception {
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Passing.class.getName())
            .redirectErrorStream(true);
    if (!value.isEmpty()) {
      builder.environment().put(Failpoint.VARIABLE, value);
    }
    Process process = builder.start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .replace(System.lineSeparator(), " ");
    return new Ended(process.waitFor(), output.strip());
  }

  @Test
  void processCrashesAtTheChosenPass() throws Exception {
    assertEquals(
        new Ended(86, "pass pass Crash at failpoint consumer.ack.after, pass 2"),
        run(Failpoint.CONSUMER_ACK_AFTER.crashAt(2)));
  }

  @Test
  void processThatNeverPassesThePointGoesOn() throws Exception {
    assertEquals(new Ended(0, "pass pass pass"), run(Failpoint.CONSUMER_ACK_AFTER.crashAt(4)));
    assertEquals(new Ended(0, "pass pass pass"), run(""));
  }

  @Test
  void tracePrintsEachPointOnce() throws Exception {
    assertEquals(
        new Ended(0, "Failpoint relay.publish.after pass Failpoint consumer.ack.after pass pass"),
        run(Failpoint.TRACE));
  }

  @Test
  void unknownPointIsReported() throws Exception {
    Ended ended = run("nowhere:1");

    assertNotEquals(0, ended.exit());
    assertTrue(ended.output().contains("there is no failpoint nowhere"), ended.output());
    assertThrows(IllegalArgumentException.class, () -> Failpoint.of("nowhere"));
  }
}
