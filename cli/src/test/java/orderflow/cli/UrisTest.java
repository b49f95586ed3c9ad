package orderflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import orderflow.cli.Cli.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Addresses on the command line. */
class UrisTest {
  @ParameterizedTest
  @CsvSource({
    "status, --uri, amqp",
    "status, --order-url, http",
    "verify, --broker, amqp",
    "serve-notify, --smtp-url, smtp",
    "serve-notify, --webhook-url, https",
    "context add here, --uri, amqp",
  })
  void unescapedPasswordIsRejectedWithAHintAndNotRepeated(
      String command, String option, String scheme) {
    String[] words =
        (command + " " + option + " " + scheme + "://user:p@ss/w:rd#1@broker.invalid/").split(" ");
    Result result = new Cli().run(words);
    assertEquals(2, result.exit(), result.err());
    assertFalse(result.err().contains("ss/"), result.err());
    assertFalse(result.err().contains("w:rd"), result.err());
    assertTrue(result.err().contains("%40 for @"), result.err());
    assertTrue(result.err().contains("user info"), result.err());
  }

  @Test
  void exportNamesTheConnectedVirtualHost() {
    String definitions =
        new Cli().run("topology", "export", "--uri", "amqp://localhost/x%2541").out();
    assertTrue(definitions.contains("\"x%41\""), definitions);
  }

  @Test
  void unsupportedUriParameterIsRejected() {
    Result result = new Cli().run("status", "--uri", "amqp://localhost/?frame_max=5");
    assertEquals(2, result.exit(), result.err());
    assertTrue(result.err().contains("frame_max"), result.err());
  }
}
