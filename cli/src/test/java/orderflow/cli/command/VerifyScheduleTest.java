package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import orderflow.cli.Cli;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults that are given, and left out again. */
@Timeout(300)
class VerifyScheduleTest {
  @TempDir Path folder;

  /** This inventory fails orders without any fault. */
  @Test
  void failureIsShortenedToTheFaultsThatItNeeds() {
    System.setProperty("orderflow.verify.main", UnwillingInventory.class.getName());
    Cli.Result result;
    try {
      result =
          new Cli()
              .run(
                  "verify",
                  "happy-path",
                  "--schedule",
                  "1-1.3 kill notification, 2.5-3 pause inventory",
                  "--shorten",
                  "--keep-on-failure",
                  folder.toString());
    } finally {
      System.clearProperty("orderflow.verify.main");
    }

    assertEquals(5, result.exit(), result.out() + result.err());
    assertTrue(result.err().contains("! notification killed"), result.err());
    assertTrue(
        result.out().contains("--schedule '1.0-1.3 kill notification, 2.5-3.0 pause inventory'"),
        result.out());
    assertTrue(result.out().contains("fails with 0 of 2 faults"), result.out());
    assertTrue(result.err().contains("run 1 of at most 20, 0 of 2 faults: FAIL"), result.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          random-faults | 1-2 flood | there is no fault flood
          poison | 1-2 kill order | is for one scenario whose faults can be written
          """)
  void invalidScheduleIsWrongUsage(String scenario, String schedule, String problem) {
    Cli.Result result = new Cli().run("verify", scenario, "--schedule", schedule);

    assertEquals(2, result.exit());
    assertTrue(result.err().contains(problem), result.err());
  }

  @Test
  void severalScenariosAreNotShortened() {
    Cli.Result result = new Cli().run("verify", "kill-order", "random-faults", "--shorten");

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("--shorten is for one scenario"), result.err());
  }
}
